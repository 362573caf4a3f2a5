#include "server/api/campaigns/campaign_intake.hpp"

#include "server/api/contract/errors.hpp"

#include <utility>

namespace waybill::api
{

recipients::IntakeRules intake_rules(const CampaignForm& form, const CampaignRules& rules, db::Time now)
{
    recipients::IntakeRules intake;
    intake.message = text::Template::parse(form.message);
    intake.values = {{"restaurant_name", form.restaurant_name}, {"offer", form.offer}, {"offer_code", form.offer_code}};
    intake.lapsed_after_days = form.lapsed_after_days;
    intake.today = std::chrono::floor<std::chrono::days>(now);
    intake.default_country_code = rules.default_country_code;
    return intake;
}

db::NextBatch batches_of(std::shared_ptr<const http::SpooledFile> file, recipients::IntakeRules rules)
{
    auto read = [file](std::uint64_t offset, char* to, std::size_t size) { return file->read(offset, to, size); };
    auto reader = std::make_shared<recipients::RecipientReader>(std::move(read), std::move(rules));
    return [reader](db::RecipientBatch& batch) { return reader->next(batch); };
}

http::Response unknown_placeholder(const recipients::UnknownPlaceholder& error)
{
    return unprocessable({{"body", "message", error.what(), "value_error"}});
}

asio::awaitable<std::optional<http::Response>> unknown_time_zone(db::Campaigns& campaigns, const CampaignForm& form)
{
    std::optional<http::Response> refused;
    if (!form.quiet_hours) co_return refused;
    std::string name = form.quiet_hours->time_zone;
    const bool known = co_await campaigns.knows_time_zone(std::move(name));
    if (!known)
        refused =
            unprocessable({{"body", "timeZone", "is not a time zone; use a name like Europe/Rome", "value_error"}});
    co_return refused;
}

} // namespace waybill::api
