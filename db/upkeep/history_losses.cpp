#include "db/upkeep/history_losses.hpp"

#include "db/postgres/rows.hpp"
#include "db/postgres/transaction.hpp"

#include <utility>

namespace waybill::db
{

asio::awaitable<std::vector<std::string>> open_losses(Database& database)
{
    return database.transact([](Transaction& tx) { return read_column<std::string>(tx.exec("open_losses")); });
}

asio::awaitable<int> accept_losses(Database& database, Actor by)
{
    return database.transact([by = std::move(by)](Transaction& tx) {
        const auto accepted = static_cast<int>(tx.exec("accept_losses", by.principal).affected_rows());
        if (accepted > 0) record_action(tx, by, {"history.accept", std::to_string(accepted)});
        return accepted;
    });
}

} // namespace waybill::db
