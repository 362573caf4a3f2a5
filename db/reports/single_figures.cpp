#include "db/reports/single_figures.hpp"

#include "config/log.hpp"
#include "db/postgres/statements.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace waybill::db
{

// Two processes at once: each row is deleted by one of them, and each folds what it deleted.
const Statement fold_singles_statement{"fold_singles", R"sql(
with gone as (
    delete from single_moves returning *
)
insert into single_figures as f
select day, status, error_code, sum(messages), sum(accepted), sum(accepted_segments), sum(cost), sum(priced),
       sum(price_micros)
  from gone
 group by day, status, error_code
 order by day, status, error_code
    on conflict (day, status, error_code) do update
       set messages = f.messages + excluded.messages, accepted = f.accepted + excluded.accepted,
           accepted_segments = f.accepted_segments + excluded.accepted_segments, cost = f.cost + excluded.cost,
           priced = f.priced + excluded.priced, price_micros = f.price_micros + excluded.price_micros)sql"};

namespace
{

constexpr std::chrono::seconds interval{5};

} // namespace

asio::awaitable<void> SingleFigures::run()
{
    while (!stopping_) {
        co_await try_to_fold();
        if (stopping_) break;
        timer_.expires_after(interval);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void SingleFigures::stop()
{
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<void> SingleFigures::fold()
{
    return database_.transact([](Transaction& tx) { tx.exec(fold_singles_statement); });
}

asio::awaitable<void> SingleFigures::try_to_fold()
{
    try {
        co_await fold();
    }
    catch (const Unavailable&) { // said by the watch of the database; the next round folds it
    }
    catch (const std::exception& error) {
        config::log(config::LogLevel::warning, "reports.not_folded",
                    {{"error", error.what()}, {"advice", "figures stay right; it is tried again in seconds"}});
    }
}

} // namespace waybill::db
