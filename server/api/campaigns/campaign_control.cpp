#include "server/api/campaigns/campaign_control.hpp"

#include "config/log.hpp"
#include "server/api/contract/campaign_json.hpp"
#include "server/api/contract/errors.hpp"
#include "server/api/contract/json_text.hpp"
#include "server/api/contract/query.hpp"
#include "server/text/money.hpp"

#include <boost/json/parse.hpp>

#include <utility>

namespace waybill::api
{

namespace json = boost::json;
using config::log;
using config::LogLevel;
using std::chrono::system_clock;

namespace
{

constexpr std::uint64_t longest_body = 4 * 1024;

http::Response conflict(std::string_view sentence)
{
    return http::error_response(409, sentence);
}

// An empty body is an empty object; nothing when it is anything else.
std::optional<json::object> read_object(std::string_view body)
{
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object{};
    boost::system::error_code error;
    json::value value = json::parse(body, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

// The `maxCost` of a resume; `fault` is set when it is none.
std::optional<std::int64_t> read_max_cost(const json::object& body, std::optional<http::Response>& fault)
{
    const json::value* field = body.if_contains("maxCost");
    if (!field || field->is_null()) return std::nullopt;
    std::optional<std::int64_t> cost;
    if (field->is_string()) cost = text::parse_dollars(std::string(field->as_string()));
    if (!cost)
        fault = unprocessable(
            {{"body", "maxCost", "must be an amount in USD in quotes like \"12.50\", with up to four places",
              "decimal_parsing"}});
    return cost;
}

// What was confirmed; a number that never is the right one when nothing was.
std::int64_t read_confirmed(const json::object& body)
{
    const json::value* field = body.if_contains("confirm");
    boost::system::error_code error;
    const std::int64_t number = field ? field->to_number<std::int64_t>(error) : -1;
    return error ? -1 : number;
}

// Why a campaign of that status cannot be paused, resumed or canceled.
std::string wrong_state(const std::string& status, std::string_view action)
{
    if (status == "completed") return "The campaign is completed: nothing is left to send";
    if (status == "canceled") return "The campaign was canceled: it stays so";
    if (status == "paused") return "The campaign is paused already";
    return action == "resume" ? "The campaign is not paused" : "The campaign has changed meanwhile; try again";
}

http::Response budget_fault(std::string message)
{
    return unprocessable({{"body", "maxCost", std::move(message), "value_error"}});
}

http::Response unconfirmed(std::string_view sentence, std::int64_t unknown)
{
    return http::json_response(
        409, json_text(json::object{{"error", sentence}, {"detail", sentence}, {"unknown", unknown}}));
}

std::string how_many_could_be_doubled(std::int64_t unknown)
{
    if (unknown == 0) return "No message of this campaign is unknown; there is nothing to send again";
    const std::string number = std::to_string(unknown);
    return number + (unknown == 1 ? " message is" : " messages are") + " unknown: Twilio may have " +
           (unknown == 1 ? "it" : "them") + ", and " + (unknown == 1 ? "its recipient" : "their recipients") +
           " may get the text twice. To send all the same, confirm the number: {\"confirm\": " + number + "}";
}

http::Response resent(const std::string& what, const db::ResendResult& result)
{
    log(LogLevel::warning, "messages.resent",
        {{"what", what}, {"count", result.resent}, {"note", "an operator accepts that recipients may get them twice"}});
    return http::json_response(200, json_text(json::object{{"resent", result.resent}}));
}

http::Response malformed_body(std::string_view example)
{
    return http::error_response(400, "The body must be a JSON object like " + std::string(example));
}

} // namespace

asio::awaitable<http::Response> CampaignControlRoutes::pause(http::Request request)
{
    const db::ControlResult result = co_await control_.pause(std::move(request.path_values["id"]));
    co_return answer(result, "pause");
}

asio::awaitable<http::Response> CampaignControlRoutes::cancel(http::Request request)
{
    const db::ControlResult result = co_await control_.cancel(std::move(request.path_values["id"]));
    co_return answer(result, "cancel");
}

asio::awaitable<http::Response> CampaignControlRoutes::resume(http::Request request)
{
    const std::optional<json::object> body = read_object(request.body);
    if (!body) co_return malformed_body("{\"maxCost\": \"20.00\"}");
    std::optional<http::Response> fault;
    const std::optional<std::int64_t> max_cost = read_max_cost(*body, fault);
    if (fault) co_return std::move(*fault);
    const db::ControlResult result = co_await control_.resume(std::move(request.path_values["id"]), max_cost);
    if (result.control == db::Control::below_spent)
        co_return budget_fault("is less than what the campaign has spent already");
    if (result.control == db::Control::no_budget)
        co_return budget_fault("the campaign has no budget that could be changed; resume it without one");
    co_return answer(result, "resume");
}

http::Response CampaignControlRoutes::answer(const db::ControlResult& result, std::string_view action)
{
    if (!result.campaign) return http::error_response(404, "Campaign not found");
    const db::Campaign& campaign = *result.campaign;
    if (result.control != db::Control::done) return conflict(wrong_state(campaign.status, action));
    log(LogLevel::info, "campaign.controlled",
        {{"campaign", campaign.public_id}, {"action", action}, {"status", campaign.status}});
    sender_.wake();
    const auto shown = campaign_json(campaign, system_clock::now(), rules_.rate_of(campaign.sender));
    return http::json_response(200, json_text(shown));
}

asio::awaitable<http::Response> CampaignControlRoutes::resend_campaign(http::Request request)
{
    const std::optional<json::object> body = read_object(request.body);
    if (!body) co_return malformed_body("{\"confirm\": 3}");
    const std::string id = request.path_values["id"];
    const std::int64_t confirmed = read_confirmed(*body);
    const auto result =
        co_await resending_.campaign(std::move(request.path_values["id"]), confirmed, system_clock::now());
    if (!result) co_return http::error_response(404, "Campaign not found");
    if (result->campaign_status == "canceled") co_return conflict(wrong_state("canceled", "resend"));
    if (!result->confirmed) co_return unconfirmed(how_many_could_be_doubled(result->unknown), result->unknown);
    sender_.wake();
    co_return resent(id, *result);
}

asio::awaitable<http::Response> CampaignControlRoutes::resend_message(http::Request request)
{
    const std::optional<json::object> body = read_object(request.body);
    if (!body) co_return malformed_body("{\"confirm\": 1}");
    const std::string text = request.path_values["id"];
    const std::optional<db::MessageId> id = parse_number(text);
    std::optional<db::ResendResult> result;
    const std::int64_t confirmed = read_confirmed(*body);
    if (id) result = co_await resending_.message(*id, confirmed, system_clock::now());
    if (!result) co_return http::error_response(404, "Message not found");
    if (result->campaign_status == "canceled") co_return conflict(wrong_state("canceled", "resend"));
    if (!result->confirmed) {
        const bool waits = result->unknown == 0 && result->status == db::MessageStatus::unknown;
        std::string sentence = how_many_could_be_doubled(1);
        if (waits)
            sentence = "The message is being sent again already";
        else if (result->unknown == 0)
            sentence =
                "Only an unknown message can be sent again; this one is " + std::string(db::name_of(result->status));
        co_return unconfirmed(sentence, result->unknown);
    }
    sender_.wake();
    co_return resent(text, *result);
}

} // namespace waybill::api
