#pragma once

#include "db/receipts/reconciliation.hpp"
#include "db/requests/day_budget.hpp"
#include "server/api/operations/sender_watch.hpp"
#include "server/api/parts.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// The completeness of all campaigns as PostgreSQL reports it now, or as it was last read while PostgreSQL is away or
// slow, so that it never delays the metrics. One reading at a time.
class CompletenessMeter
{
public:
    explicit CompletenessMeter(const db::Reconciliation& reconciliation) : reconciliation_(reconciliation) {}

    asio::awaitable<std::optional<db::Completeness>> read();

private:
    asio::awaitable<void> refresh(std::shared_ptr<asio::steady_timer> done);

    const db::Reconciliation& reconciliation_;
    std::optional<db::Completeness> last_;
    bool reading_ = false;
};

// What Waybill counts, as Prometheus text. Without a completeness, its families are left out.
std::string metrics_page(const Parts& parts, const std::optional<db::Completeness>& completeness);

// What an operator asks: is it alive, is it ready, how is it doing. All answer without the database as well.
class OperationRoutes
{
public:
    explicit OperationRoutes(const Parts& parts)
        : parts_(parts), completeness_(parts.reconciliation), senders_(db::Senders(parts.database))
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
    CompletenessMeter completeness_;
    SenderWatch senders_;
    std::optional<db::BudgetDay> last_day_;
};

} // namespace waybill::api
