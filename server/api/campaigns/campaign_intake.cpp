#include "server/api/campaigns/campaign_intake.hpp"

#include <random>
#include <utility>

namespace waybill::api
{

namespace
{

template <class Read>
auto refusing(Read read)
{
    try {
        return read();
    }
    catch (const recipients::UnknownPlaceholder& error) {
        throw http::Refusal({"body", "message", error.what(), "value_error"});
    }
    catch (const recipients::CsvError& error) {
        throw http::Refusal(400, error.what());
    }
}

} // namespace

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
    auto reader =
        refusing([&] { return std::make_shared<recipients::RecipientReader>(std::move(read), std::move(rules)); });
    return [reader](db::RecipientBatch& batch) { return refusing([&] { return reader->next(batch); }); };
}

asio::awaitable<void> check_time_zone(db::Campaigns campaigns, std::optional<db::QuietHours> quiet_hours)
{
    if (!quiet_hours) co_return;
    const bool is_known = co_await campaigns.knows_time_zone(std::move(quiet_hours->time_zone));
    if (!is_known)
        throw http::Refusal({"body", "timeZone", "is not a time zone; use a name like Europe/Rome", "value_error"});
}

http::Refusal no_valid_customers()
{
    return {400, "No valid customers found in CSV file"};
}

std::string make_public_id(db::Time now)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> draw(0, letters.size() - 1);
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    std::string id = "sms_" + std::to_string(second) + "_";
    for (int i = 0; i < 6; ++i)
        id += letters[draw(random)];
    return id;
}

} // namespace waybill::api
