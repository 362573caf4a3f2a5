#pragma once

#include "db/events/endpoints.hpp"
#include "db/outbox/senders.hpp"
#include "db/requests/day_budget.hpp"
#include "server/api/operations/figures_meter.hpp"
#include "server/api/operations/recent_reading.hpp"
#include "server/api/parts.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <vector>

namespace waybill::api
{

namespace asio = boost::asio;

// What an operator asks: is it alive, is it ready, how is it doing. All answer without the database as well.
class OperationRoutes
{
public:
    explicit OperationRoutes(const Parts& parts)
        : parts_(parts),
          figures_(parts),
          senders_([senders = db::Senders(parts.database)]() mutable { return senders.list(); }),
          stopped_endpoints_([endpoints = db::Endpoints(parts.database)]() mutable { return endpoints.stopped(); })
    {
    }

    asio::awaitable<http::Response> alive(http::Request request);
    asio::awaitable<http::Response> ready(http::Request request);
    asio::awaitable<http::Response> health(http::Request request);
    asio::awaitable<http::Response> metrics(http::Request request);
    asio::awaitable<http::Response> system(http::Request request); // with senders and budget as they were last seen

private:
    asio::awaitable<void> look_at_day();

    Parts parts_;
    FiguresMeter figures_;
    RecentReading<std::vector<db::SenderState>> senders_;
    RecentReading<std::vector<db::StoppedEndpoint>> stopped_endpoints_;
    std::optional<db::BudgetDay> last_day_;
};

} // namespace waybill::api
