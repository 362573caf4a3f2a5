#include "server/api/campaigns/campaign_control.hpp"

#include "config/log.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
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

// An empty body is an empty object.
json::object read_object(std::string_view body, std::string_view example)
{
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    boost::system::error_code error;
    json::value value = json::parse(body, error);
    if (error || !value.is_object())
        throw http::Refusal(400, "The body must be a JSON object like " + std::string(example))
            .with_code(error_code("invalid_json"));
    return std::move(value.as_object());
}

// The `maxCost` of a resume.
std::optional<std::int64_t> read_max_cost(const json::object& body)
{
    const json::value* field = body.if_contains("maxCost");
    if (!field || field->is_null()) return std::nullopt;
    std::optional<std::int64_t> cost;
    if (field->is_string()) cost = text::parse_dollars(std::string(field->as_string()));
    if (!cost)
        throw http::Refusal({"body", "maxCost",
                             "must be an amount in USD in quotes like \"12.50\", with up to four places",
                             "decimal_parsing"});
    return cost;
}

// The number that was confirmed; -1, which never fits, when there is none.
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

http::Refusal conflict(std::string sentence)
{
    return http::Refusal(409, std::move(sentence)).with_code(error_code("campaign_state"));
}

http::Refusal budget_fault(std::string message)
{
    return http::Refusal({"body", "maxCost", std::move(message), "value_error"});
}

http::Refusal unconfirmed(std::string sentence, std::int64_t unknown)
{
    return http::Refusal(409, std::move(sentence))
        .with_code(unknown > 0 ? error_code("confirmation_needed") : error_code("message_state"))
        .with_members(to_json(Unconfirmed{unknown}));
}

std::string how_many_could_be_doubled(std::int64_t unknown)
{
    if (unknown == 0) return "No message of this campaign is unknown; there is nothing to send again";
    const std::string number = std::to_string(unknown);
    return number + (unknown == 1 ? " message is" : " messages are") + " unknown: Twilio may have " +
           (unknown == 1 ? "it" : "them") + ", and " + (unknown == 1 ? "its recipient" : "their recipients") +
           " may get the text twice. To send all the same, confirm the number: {\"confirm\": " + number + "}";
}

http::Response resent(const std::string& what, const db::ResendResult& result, const db::Actor& by)
{
    log(LogLevel::warning, "messages.resent",
        {{"what", what},
         {"count", result.resent},
         {"client", by.peer},
         {"note", "an operator accepts that recipients may get them twice"}});
    return json_reply(200, Resent{result.resent});
}

// Why that message was not sent again.
http::Refusal not_resent(const db::ResendResult& result)
{
    std::string sentence = how_many_could_be_doubled(1);
    if (result.unknown == 0 && result.status == db::MessageStatus::unknown)
        sentence = "The message is being sent again already";
    else if (result.unknown == 0)
        sentence = "Only an unknown message can be sent again; this one is " + std::string(db::name_of(result.status));
    return unconfirmed(std::move(sentence), result.unknown);
}

http::Refusal not_own()
{
    return http::Refusal(403,
                         "Other people's campaigns need the permission campaigns:control; ask an administrator for it")
        .with_code(error_code("not_your_campaign"));
}

} // namespace

// A campaign that does not exist is the handler's matter.
asio::awaitable<void> CampaignControlRoutes::require_own(http::Caller caller, std::string campaign)
{
    if (!caller.only_own_campaigns) co_return;
    const std::optional<std::string> creator = co_await control_.creator(std::move(campaign));
    if (creator && *creator != caller.name) throw not_own();
}

asio::awaitable<void> CampaignControlRoutes::require_own_message(http::Caller caller, db::MessageId id)
{
    if (!caller.only_own_campaigns) co_return;
    const std::optional<std::string> creator = co_await control_.creator_of_message(id);
    if (creator && *creator != caller.name) throw not_own();
}

asio::awaitable<http::Response> CampaignControlRoutes::pause(http::Request request)
{
    co_await require_own(request.caller, path_value(request, "id"));
    const db::ControlResult result = co_await control_.pause(path_value(request, "id"), actor_of(request));
    co_return answer(request, result, "pause");
}

asio::awaitable<http::Response> CampaignControlRoutes::cancel(http::Request request)
{
    co_await require_own(request.caller, path_value(request, "id"));
    const db::ControlResult result = co_await control_.cancel(path_value(request, "id"), actor_of(request));
    co_return answer(request, result, "cancel");
}

asio::awaitable<http::Response> CampaignControlRoutes::resume(http::Request request)
{
    co_await require_own(request.caller, path_value(request, "id"));
    const auto max_cost = read_max_cost(read_object(request.body, R"({"maxCost": "20.00"})"));
    const db::ControlResult result = co_await control_.resume(path_value(request, "id"), max_cost, actor_of(request));
    if (result.control == db::Control::below_spent)
        throw budget_fault("is less than what the campaign has spent already");
    if (result.control == db::Control::no_budget)
        throw budget_fault("the campaign has no budget that could be changed; resume it without one");
    co_return answer(request, result, "resume");
}

http::Response CampaignControlRoutes::answer(const http::Request& request, const db::ControlResult& result,
                                             std::string_view action)
{
    if (!result.campaign) throw campaign_not_found();
    const db::Campaign& campaign = *result.campaign;
    if (result.control != db::Control::done) throw conflict(wrong_state(campaign.status, action));
    log(LogLevel::info, "campaign.controlled",
        {{"campaign", campaign.public_id},
         {"action", action},
         {"status", campaign.status},
         {"client", actor_of(request).peer}});
    dispatcher_.wake();
    return json_reply(200, show(campaign, system_clock::now(), rules_.rate_of(campaign.sender)));
}

asio::awaitable<http::Response> CampaignControlRoutes::resend_campaign(http::Request request)
{
    const std::int64_t confirmed = read_confirmed(read_object(request.body, R"({"confirm": 3})"));
    const std::string id = path_value(request, "id");
    co_await require_own(request.caller, id);
    const auto result = co_await resending_.campaign(id, confirmed, system_clock::now(), actor_of(request));
    if (!result) throw campaign_not_found();
    if (result->campaign_status == "canceled") throw conflict(wrong_state("canceled", "resend"));
    if (!result->confirmed) throw unconfirmed(how_many_could_be_doubled(result->unknown), result->unknown);
    dispatcher_.wake();
    co_return resent(id, *result, actor_of(request));
}

asio::awaitable<http::Response> CampaignControlRoutes::resend_message(http::Request request)
{
    const std::int64_t confirmed = read_confirmed(read_object(request.body, R"({"confirm": 1})"));
    const db::MessageId id = message_id_of(request);
    co_await require_own_message(request.caller, id);
    const auto result = co_await resending_.message(id, confirmed, system_clock::now(), actor_of(request));
    if (!result) throw message_not_found();
    if (result->campaign_status == "canceled") throw conflict(wrong_state("canceled", "resend"));
    if (!result->confirmed) throw not_resent(*result);
    dispatcher_.wake();
    co_return resent(std::to_string(id), *result, actor_of(request));
}

} // namespace waybill::api
