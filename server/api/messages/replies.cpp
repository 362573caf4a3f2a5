#include "server/api/messages/replies.hpp"

#include "server/api/contract/json_text.hpp"
#include "server/api/contract/query.hpp"
#include "server/api/contract/timestamps.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <utility>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

json::object reply_json(const db::Reply& reply)
{
    json::object shown{{"sid", reply.sid},
                       {"from", reply.from},
                       {"body", reply.body},
                       {"keyword", nullptr},
                       {"receivedAt", to_iso8601(reply.received_at)},
                       {"messageId", nullptr}};
    if (!reply.keyword.empty()) shown["keyword"] = reply.keyword;
    if (reply.message) shown["messageId"] = std::to_string(*reply.message);
    return shown;
}

} // namespace

asio::awaitable<http::Response> ReplyRoutes::list(http::Request request)
{
    http::Response fault;
    const std::optional<Paging> paging = read_paging(request, fault);
    if (!paging) co_return fault;
    std::string id = request.path_values["id"];
    const std::optional<db::Campaign> campaign = co_await campaigns_.find(std::move(id));
    if (!campaign) co_return http::error_response(404, "Campaign not found");

    const db::ReplyPage page = co_await inbound_.of_campaign(campaign->id, paging->limit, paging->cursor);
    json::array replies;
    for (const db::Reply& reply : page.replies)
        replies.push_back(reply_json(reply));
    json::object body{{"replies", std::move(replies)}, {"nextCursor", nullptr}};
    if (page.next) body["nextCursor"] = std::to_string(*page.next);
    co_return http::json_response(200, json_text(body));
}

} // namespace waybill::api
