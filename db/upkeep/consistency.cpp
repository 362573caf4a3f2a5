#include "db/upkeep/consistency.hpp"

#include "db/postgres/transaction.hpp"

#include <boost/asio/use_awaitable.hpp>

namespace waybill::db
{

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
