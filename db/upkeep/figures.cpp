#include "db/upkeep/figures.hpp"

#include "db/postgres/rows.hpp"
#include "db/postgres/transaction.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/describe/class.hpp>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(PresentFigures, (),
                      (campaigns_paused, senders_paused, accounts_paused, endpoints_enabled, endpoints_disabled,
                       deliveries_waiting, event_lag_micros, notifications_waiting, addresses_failing))

asio::awaitable<PresentFigures> read_present_figures(Database& database)
{
    return database.transact(
        [](Transaction& tx) { return read_rows<PresentFigures>(tx.exec("present_figures")).at(0); });
}

namespace
{

constexpr int max_faults = 20;

}

asio::awaitable<Consistency> check_consistency(Database& database)
{
    return database.transact([](Transaction& tx) {
        const pqxx::result counts = tx.exec("count_all");
        Consistency found;
        found.campaigns = counts[0][0].as<std::int64_t>();
        found.messages = counts[0][1].as<std::int64_t>();
        found.opt_outs = counts[0][2].as<std::int64_t>();
        for (const pqxx::row& row : tx.exec("find_inconsistencies", max_faults))
            found.faults.push_back(row[0].as<std::string>());
        return found;
    });
}

} // namespace waybill::db
