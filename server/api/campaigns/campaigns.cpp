#include "server/api/campaigns/campaigns.hpp"

#include "db/campaigns/campaigns.hpp"
#include "server/api/campaigns/campaign_form.hpp"
#include "server/api/campaigns/inline_recipients.hpp"
#include "server/api/campaigns/list_refusals.hpp"
#include "server/api/campaigns/recipient_labels.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/api/contract/creation.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/http/refusal.hpp"
#include "server/recipients/csv/sample_csv.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

// The same list, text and offer of the same principal within a few minutes are probably a mistake.

namespace waybill::api
{

using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace
{

http::Refusal sent_already(const db::RepeatedCampaign& first); // 409, with the campaign that came first

// What makes an upload the same as another one. The result reads the whole file; blocking.
std::function<std::string()> repeat_key_of(const CampaignForm& form, std::shared_ptr<const http::SpooledFile> file,
                                           std::string principal)
{
    std::map<std::string, std::string, std::less<>> parts{{"principal", std::move(principal)},
                                                          {"restaurant", form.restaurant_name},
                                                          {"offer", form.offer},
                                                          {"code", form.offer_code},
                                                          {"message", form.message}};
    return [parts = std::move(parts), file = std::move(file)] { return fingerprint(parts, *file); };
}

http::Refusal sent_already(const db::RepeatedCampaign& first)
{
    const std::string time = to_iso8601(first.created_at);
    std::string sentence = "The same list, text and offer were uploaded at " + time + " as campaign " +
                           first.public_id +
                           ", so nothing was sent now. To text these customers again, add confirmRepeat=true";
    const ShownRepeat repeat{first.public_id, first.created_at};
    return http::Refusal(409, std::move(sentence)).with_code(error_code("sent_already")).with_members(to_json(repeat));
}

constexpr int shown_rejected_rows = 100;
constexpr std::chrono::milliseconds recheck{500}; // another process may be the one that finishes the campaign

// Nothing goes out before its time, in its quiet hours, and while its sender is paused; what has begun is finished.
bool goes_out(const db::Campaign& campaign)
{
    const bool is_held = campaign.is_quiet_now || !campaign.hold_reason.empty();
    return shown_status(campaign, system_clock::now()) == "sending" &&
           (!is_held || campaign.count(db::MessageStatus::sending) > 0);
}

// What distinguishes a request from another one; the list holds the references, but not the metadata.
std::map<std::string, std::string, std::less<>> fields_with(std::map<std::string, std::string, std::less<>> fields,
                                                            const std::vector<db::RowLabels>& row_labels)
{
    std::string metadata;
    for (const db::RowLabels& each : row_labels)
        metadata.append(std::to_string(each.row)).append(each.labels.metadata_json);
    if (!metadata.empty()) fields.emplace("recipients", std::move(metadata));
    return fields;
}

void refuse_what_was_not_stored(const db::CreateResult& result, const recipients::RecipientReader& list)
{
    if (const auto* none = std::get_if<db::NoValidRows>(&result))
        throw no_valid_customers(none->intake, list.description());
    if (std::holds_alternative<db::KeyConflict>(result)) throw key_was_used();
    if (const auto* first = std::get_if<db::RepeatedCampaign>(&result)) throw sent_already(*first);
    if (const auto* used = std::get_if<db::UsedReferences>(&result)) throw references_were_used(*used);
    if (const auto* over = std::get_if<db::OverDailyBudget>(&result))
        throw over_daily_budget(*over, system_clock::now());
}

http::Response created_response(std::string body, const std::string& public_id, bool waited)
{
    http::Response response = http::json_response(waited ? 200 : 202, std::move(body));
    if (waited) return response;
    response.headers.emplace_back("Location", "/api/campaigns/sms/status/" + public_id);
    response.headers.emplace_back("Preference-Applied", "respond-async");
    return response;
}

} // namespace

asio::awaitable<http::Response> CampaignRoutes::create(http::Request request)
{
    return create_labeled(std::move(request), {});
}

asio::awaitable<http::Response> CampaignRoutes::create_labeled(http::Request request,
                                                               std::vector<db::RowLabels> row_labels)
{
    std::string key = idempotency_key_of(request);
    const bool wait = request.headers.value_or_empty("Prefer").find("respond-async") == std::string_view::npos;
    CampaignForm form = read_campaign_form(std::move(request.form.value()), FileRule::required,
                                           rules_.numbers.default_country_code, system_clock::now());
    require_sender(request.caller, form.from.empty() ? rules_.default_sender : form.from);
    co_await check_time_zone(campaigns_, form.quiet_hours);

    auto file = std::make_shared<http::SpooledFile>(std::move(form.customer_list.value().content));
    db::NewCampaign campaign = new_campaign(form, key);
    campaign.by = actor_of(request);
    if (campaign.idempotency)
        campaign.idempotency->fingerprint = [fields = fields_with(form.fields, row_labels), file] {
            return fingerprint(fields, *file);
        };
    campaign.row_labels = std::move(row_labels);
    campaign.creator = creator_of(request.caller);
    campaign.repeat_key = repeat_key_of(form, file, campaign.creator.principal);
    ListIntake list = intake_of(file, intake_rules(form, rules_, system_clock::now()), request.client_left);
    db::NextBatch batches = messages_of(form, std::move(list.next));
    db::CreateResult result = co_await campaigns_.create(std::move(campaign), std::move(batches));

    refuse_what_was_not_stored(result, *list.reader);
    if (auto* repeated = std::get_if<db::RepeatedRequest>(&result)) {
        if (!repeated->reply.empty()) co_return created_response(std::move(repeated->reply), repeated->public_id, wait);
        FirstRejected unknown;
        co_return co_await reply(std::move(repeated->public_id), std::move(key), wait, std::move(unknown));
    }
    dispatcher_.wake();
    db::CreatedCampaign& created = std::get<db::CreatedCampaign>(result);
    FirstRejected rejected(std::move(created.intake.first_rejected));
    co_return co_await reply(std::move(created.public_id), std::move(key), wait, std::move(rejected));
}

asio::awaitable<http::Response> CampaignRoutes::create_inline(http::Request request)
{
    InlineCampaign campaign = read_inline_campaign(request.body);
    request.form = std::move(campaign.form);
    request.body.clear();
    auto creating = create_labeled(std::move(request), std::move(campaign.row_labels));
    co_return co_await std::move(creating);
}

asio::awaitable<http::Response> CampaignRoutes::reply(std::string public_id, std::string idempotency_key, bool wait,
                                                      FirstRejected rejected)
{
    db::Campaign campaign;
    if (wait)
        campaign = co_await wait_until_sent(public_id);
    else {
        std::optional<db::Campaign> found = co_await campaigns_.find(public_id);
        campaign = std::move(found.value());
    }
    if (!rejected) {
        auto stored = co_await campaigns_.first_rejected(campaign.id, shown_rejected_rows);
        rejected = std::move(stored);
    }
    std::string body = to_json(show_created(campaign, *rejected, system_clock::now()));
    if (!idempotency_key.empty()) co_await campaigns_.store_reply(std::move(idempotency_key), body);
    co_return created_response(std::move(body), campaign.public_id, wait);
}

// Until every message was accepted or refused by Twilio, as long as they go out, at most `create_wait`.
asio::awaitable<db::Campaign> CampaignRoutes::wait_until_sent(std::string public_id)
{
    const auto deadline = steady_clock::now() + rules_.create_wait;
    for (;;) {
        std::optional<db::Campaign> campaign = co_await campaigns_.find(public_id);
        if (!goes_out(campaign.value()) || steady_clock::now() >= deadline) co_return std::move(*campaign);
        co_await dispatcher_.wait_for_campaign(campaign->id, std::min(deadline, steady_clock::now() + recheck));
    }
}

asio::awaitable<http::Response> sample_csv(http::Request)
{
    http::Response response;
    response.headers = {{"Content-Type", "text/csv; charset=utf-8"},
                        {"Content-Disposition", "attachment; filename=\"sample-customer-list.csv\""}};
    response.body = recipients::sample_csv(std::chrono::floor<std::chrono::days>(system_clock::now()));
    co_return response;
}

db::NewCampaign CampaignRoutes::new_campaign(const CampaignForm& form, std::string idempotency_key) const
{
    db::NewCampaign campaign;
    campaign.public_id = make_public_id(system_clock::now());
    campaign.name = form.name;
    campaign.restaurant_name = form.restaurant_name;
    campaign.offer = form.offer;
    campaign.offer_code = form.offer_code;
    campaign.message_template = form.message;
    campaign.lapsed_after_days = form.lapsed_after_days;
    campaign.sender = form.from.empty() ? rules_.default_sender : form.from;
    campaign.simulated = rules_.simulated;
    campaign.price_per_segment = rules_.price_per_segment;
    campaign.send_at = form.send_at;
    campaign.max_cost = form.max_cost;
    campaign.quiet_hours = form.quiet_hours;
    campaign.labels = form.labels;
    campaign.may_repeat = form.confirm_repeat;
    campaign.plain_characters = form.plain_characters;
    campaign.not_texted_within_hours = form.not_texted_within_hours;
    if (!idempotency_key.empty()) campaign.idempotency = db::IdempotencyKey{std::move(idempotency_key), {}};
    return campaign;
}

} // namespace waybill::api
