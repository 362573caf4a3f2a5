#pragma once

#include "db/receipts/reconciliation.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace waybill::api
{

namespace asio = boost::asio;

// The completeness of all campaigns, as PostgreSQL tells it now; as it told it last while it is away or slow, which
// must not keep whoever asks for the metrics waiting. One reading at a time.
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

} // namespace waybill::api
