#include "server/api/campaigns/campaign_intake.hpp"

#include "server/api/campaigns/list_refusals.hpp"
#include "server/recipients/rows/clean_messages.hpp"

#include <random>
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
    intake.numbers = rules.numbers;
    intake.choices = form.list_choices;
    return intake;
}

ListIntake intake_of(std::shared_ptr<const http::SpooledFile> file, recipients::IntakeRules rules,
                     http::ClientLeft client_left)
{
    auto read = [file](std::uint64_t offset, char* to, std::size_t size) { return file->read(offset, to, size); };
    recipients::ListFile list{std::move(read), file->size()};
    auto reader = std::make_shared<recipients::RecipientReader>(std::move(list), std::move(rules));
    auto next = [reader, client_left = std::move(client_left)](db::RecipientBatch& batch) {
        if (client_left && *client_left)
            throw http::Refusal(400, "The client closed its connection before the list was read; nothing was stored");
        try {
            return reader->next(batch);
        }
        catch (...) {
            refuse_list(std::current_exception());
        }
    };
    return {std::move(reader), std::move(next)};
}

asio::awaitable<void> check_time_zone(db::Campaigns campaigns, std::optional<db::QuietHours> quiet_hours)
{
    if (!quiet_hours || quiet_hours->time_zone.empty()) co_return;
    const bool is_known = co_await campaigns.knows_time_zone(std::move(quiet_hours->time_zone));
    if (!is_known)
        throw http::Refusal({"body", "timeZone", "is not a time zone; use a name like Europe/Rome", "value_error"});
}

db::NextBatch messages_of(const CampaignForm& form, db::NextBatch rows)
{
    db::NextBatch batches = recipients::with_clean_messages(std::move(rows), form.plain_characters);
    const bool by_recipient = form.quiet_hours && form.quiet_hours->time_zone.empty();
    return by_recipient ? recipients::with_time_zones(std::move(batches)) : batches;
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
