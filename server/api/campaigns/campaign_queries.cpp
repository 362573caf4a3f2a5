#include "server/api/campaigns/campaign_queries.hpp"

#include "server/api/contract/campaign_json.hpp"
#include "server/api/contract/errors.hpp"
#include "server/api/contract/json_text.hpp"
#include "server/api/contract/query.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/text/phone_number.hpp"

#include <utility>

namespace waybill::api
{

namespace json = boost::json;
using std::chrono::system_clock;

namespace
{

http::Response campaign_not_found()
{
    return http::error_response(404, "Campaign not found");
}

json::value cursor_json(const std::optional<std::int64_t>& next)
{
    if (!next) return nullptr;
    return json::string(std::to_string(*next));
}

// `status` and `q`, a phone number. Empty when one of them is faulty; `fault` is the reply then.
std::optional<db::MessageFilter> read_filter(const http::Request& request, const CampaignRules& rules,
                                             http::Response& fault)
{
    const std::string status = query_value(request, "status");
    const std::string number = query_value(request, "q");
    db::MessageFilter filter;
    filter.status = db::parse_message_status(status);
    if (!status.empty() && !filter.status) {
        fault = unprocessable({{"query", "status", "is not a status of a message", "enum"}});
        return std::nullopt;
    }
    if (number.empty()) return filter;
    const auto recipient = text::parse_phone_number(number, rules.default_country_code);
    if (!recipient) {
        fault = unprocessable({{"query", "q", "Invalid phone number format", "value_error"}});
        return std::nullopt;
    }
    filter.recipient = *recipient;
    return filter;
}

} // namespace

json::object CampaignQueryRoutes::shown(const db::Campaign& campaign) const
{
    return campaign_json(campaign, system_clock::now(), rules_.rate_of(campaign.sender));
}

asio::awaitable<http::Response> CampaignQueryRoutes::status(http::Request request)
{
    std::string id = request.path_values["id"];
    const std::optional<db::Campaign> campaign = co_await campaigns_.find(std::move(id));
    if (!campaign) co_return campaign_not_found();
    json::object body = shown(*campaign);
    body["success"] = true;
    co_return http::json_response(200, json_text(body));
}

asio::awaitable<http::Response> CampaignQueryRoutes::list(http::Request request)
{
    http::Response fault;
    const std::optional<Paging> paging = read_paging(request, fault);
    if (!paging) co_return fault;
    const db::CampaignPage page = co_await campaigns_.list(paging->limit, paging->cursor);
    json::array campaigns;
    for (const db::Campaign& campaign : page.campaigns)
        campaigns.push_back(shown(campaign));
    const json::object body{{"campaigns", std::move(campaigns)}, {"nextCursor", cursor_json(page.next)}};
    co_return http::json_response(200, json_text(body));
}

asio::awaitable<http::Response> CampaignQueryRoutes::one(http::Request request)
{
    std::string id = request.path_values["id"];
    const std::optional<db::Campaign> campaign = co_await campaigns_.find(std::move(id));
    if (!campaign) co_return campaign_not_found();
    co_return http::json_response(200, json_text(shown(*campaign)));
}

asio::awaitable<http::Response> CampaignQueryRoutes::messages(http::Request request)
{
    http::Response fault;
    const std::optional<Paging> paging = read_paging(request, fault);
    if (!paging) co_return fault;
    std::optional<db::MessageFilter> filter = read_filter(request, rules_, fault);
    if (!filter) co_return fault;

    std::string id = request.path_values["id"];
    const std::optional<db::Campaign> campaign = co_await campaigns_.find(std::move(id));
    if (!campaign) co_return campaign_not_found();
    const db::MessagePage page =
        co_await messages_.of_campaign(campaign->id, std::move(*filter), paging->limit, paging->cursor);
    json::array messages;
    for (const db::Message& message : page.messages)
        messages.push_back(message_json(message, campaign->price_per_segment));
    const json::object body{{"messages", std::move(messages)}, {"nextCursor", cursor_json(page.next)}};
    co_return http::json_response(200, json_text(body));
}

} // namespace waybill::api
