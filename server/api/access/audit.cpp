#include "server/api/access/access.hpp"
#include "server/api/contract/account.hpp"
#include "server/api/contract/request.hpp"

#include <utility>
#include <vector>

namespace waybill::api
{

namespace
{

ShownAudit show(const db::AuditPage& page)
{
    ShownAudit shown;
    for (const db::AuditEntry& entry : page.entries)
        shown.entries.push_back({entry.id,
                                 entry.at,
                                 entry.request_id,
                                 entry.client_request_id,
                                 entry.principal,
                                 entry.peer,
                                 entry.action,
                                 entry.object,
                                 {entry.changed_json},
                                 entry.count});
    if (page.next) shown.next_cursor = std::to_string(*page.next);
    return shown;
}

} // namespace

asio::awaitable<http::Response> AuditRoutes::list(http::Request request)
{
    const Paging paging = read_paging(request);
    std::string principal = query_value(request, "principal");
    const db::AuditPage page =
        co_await log_.list(paging.limit, paging.cursor, std::move(principal), request.client_left);
    co_return json_reply(200, show(page));
}

} // namespace waybill::api
