#include "db/reports/single_figures.hpp"

#include "db/postgres/transaction.hpp"
#include "db/postgres/watch.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace waybill::db
{

namespace
{

constexpr std::chrono::seconds interval{5};

} // namespace

config::BackgroundTask SingleFigures::task()
{
    return config::repeat_every(interval, "single figures", executor_, [this] { return unless_away(fold()); });
}

asio::awaitable<void> SingleFigures::fold()
{
    return database_.transact([](Transaction& tx) { tx.exec("fold_singles"); });
}

} // namespace waybill::db
