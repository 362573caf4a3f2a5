#include "server/api/messages/replies.hpp"

#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"

#include <utility>

namespace waybill::api
{

asio::awaitable<http::Response> ReplyRoutes::list(http::Request request)
{
    const Paging paging = read_paging(request);
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    const db::ReplyPage page = co_await inbound_.of_campaign(campaign.id, paging.limit, paging.cursor);
    co_return json_reply(200, show(page));
}

} // namespace waybill::api
