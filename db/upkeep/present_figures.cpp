#include "db/upkeep/present_figures.hpp"

#include "db/postgres/rows.hpp"
#include "db/postgres/transaction.hpp"

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

} // namespace waybill::db
