#pragma once

#include "db/requests/day_budget.hpp"
#include "server/api/operations/figures_meter.hpp"
#include "server/api/operations/sender_watch.hpp"
#include "server/api/parts.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace waybill::api
{

namespace asio = boost::asio;

// What an operator asks: is it alive, is it ready, how is it doing. All answer without the database as well.
class OperationRoutes
{
public:
    explicit OperationRoutes(const Parts& parts) : parts_(parts), figures_(parts), senders_(db::Senders(parts.database))
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
    SenderWatch senders_;
    std::optional<db::BudgetDay> last_day_;
};

} // namespace waybill::api
