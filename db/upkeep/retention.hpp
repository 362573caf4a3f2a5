#pragma once

#include "config/background_task.hpp"
#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace waybill::db
{

class Statement;

// How long personal data, the audit log and messages are kept; 0: for good.
struct RetentionLimits
{
    int people_days = 0;
    int audit_months = 0;
    int message_months = 0;
};

// Erases people to whom nothing was sent, and from whom nothing came, for so many days, and removes old rows of the
// audit log and messages that ended long ago, in bounded transactions. What it does is itself in the audit log.
// Campaigns and figures stay.
class Retention
{
public:
    // `owner`: whose role may delete rows of the audit log.
    Retention(asio::any_io_executor executor, Database& database, Database& owner, RetentionLimits limits);

    config::BackgroundTask task(); // once a day, the first time at the start

    asio::awaitable<std::int64_t> erase_old_people(Time now);    // returns how many; needs the privacy key
    asio::awaitable<std::int64_t> remove_old_audit(Time now);    // returns how many rows
    asio::awaitable<std::int64_t> remove_old_messages(Time now); // returns how many, with their history

private:
    asio::awaitable<config::Wakeup::Time> keep_limits();
    asio::awaitable<bool> try_to_keep_limits(Time now);
    asio::awaitable<std::int64_t> erase_expired(Statement statement, std::string place, Time before);
    asio::awaitable<void> blank(Statement statement, Time before);

    using RemoveSome = std::optional<std::int64_t> (*)(Transaction& tx, Time now, int months); // nothing: none was left
    asio::awaitable<std::int64_t> remove_while_any(RemoveSome remove_some, Time now);

    asio::any_io_executor executor_;
    Database& database_;
    Database& owner_;
    RetentionLimits limits_;
    bool stopping_ = false;
};

} // namespace waybill::db
