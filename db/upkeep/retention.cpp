#include "db/upkeep/retention.hpp"

#include "config/log.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/rows.hpp"
#include "db/requests/audit.hpp"
#include "db/upkeep/erasure.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace waybill::db
{

namespace
{

constexpr int rows_looked_at = 10'000;
constexpr int max_rows_removed = 10'000;
constexpr std::size_t max_people = 200; // in a transaction
constexpr std::chrono::hours pause_after_success{24};
constexpr std::chrono::minutes pause_after_failure{5};

// People whose time has come, of some that were looked at.
struct Expired
{
    std::string place; // of the last one looked at; empty: there was none left
    std::vector<std::string> numbers;
};

asio::awaitable<Expired> find_expired(Database& database, Statement statement, std::string place, Time before)
{
    return database.transact([statement, place = std::move(place), before](Transaction& tx) {
        Expired expired;
        for (const pqxx::row& row : tx.exec(statement, place, micros(before), rows_looked_at)) {
            expired.place = row[0].as<std::string>();
            if (!row[1].is_null()) expired.numbers.push_back(row[1].as<std::string>());
        }
        return expired;
    });
}

asio::awaitable<std::int64_t> remove_some_audit(Database& owner, Time now, int months)
{
    return owner.transact([now, months](Transaction& tx) {
        tx.exec("begin_audit_removal");
        const auto removed =
            static_cast<std::int64_t>(tx.exec("remove_audit", micros(now), months, max_rows_removed).affected_rows());
        const std::string changed = R"({"audit_log": )" + std::to_string(-removed) + "}";
        const std::string object = "older than " + std::to_string(months) + " months";
        if (removed > 0) record_action(tx, Actor{}, {"audit.remove", object}, changed);
        return removed;
    });
}

void record_removal(Transaction& tx, const std::string& object, std::int64_t messages)
{
    const std::string changed = R"({"messages": )" + std::to_string(-messages) + "}";
    if (messages > 0) record_action(tx, Actor{}, {"message.remove", object}, changed);
}

// Of some campaign that was over long ago. Nothing: there is none left.
std::optional<std::int64_t> remove_some_of_campaign(Transaction& tx, Time now, int months)
{
    const pqxx::result campaign = tx.exec("old_campaign", micros(now), months);
    if (campaign.empty()) return std::nullopt;
    const auto id = campaign[0][0].as<std::int64_t>();
    tx.exec("begin_removing_messages", id);
    const auto removed = tx.exec("remove_messages_of_campaign", id, max_rows_removed).at(0)[0].as<std::int64_t>();
    record_removal(tx, "campaign " + std::to_string(id), removed);
    return removed;
}

std::optional<std::int64_t> remove_some_singles(Transaction& tx, Time now, int months)
{
    const auto removed =
        tx.exec("remove_single_messages", micros(now), months, max_rows_removed).at(0)[0].as<std::int64_t>();
    record_removal(tx, "older than " + std::to_string(months) + " months", removed);
    if (removed == 0) return std::nullopt;
    return removed;
}

std::vector<std::string> take_some(std::vector<std::string>& numbers)
{
    std::vector<std::string> some;
    while (!numbers.empty() && some.size() < max_people) {
        some.push_back(std::move(numbers.back()));
        numbers.pop_back();
    }
    return some;
}

} // namespace

Retention::Retention(asio::any_io_executor executor, Database& database, Database& owner, RetentionLimits limits)
    : executor_(executor), database_(database), owner_(owner), limits_(limits)
{
}

config::BackgroundTask Retention::task()
{
    config::BackgroundTask task = config::repeat("retention", executor_, [this] { return keep_limits(); });
    task.stop = [this, stop = std::move(task.stop)] {
        stopping_ = true;
        stop();
    };
    return task;
}

asio::awaitable<config::Wakeup::Time> Retention::keep_limits()
{
    const bool done = co_await try_to_keep_limits(std::chrono::system_clock::now());
    const std::chrono::minutes pause = done ? pause_after_success : pause_after_failure;
    co_return std::chrono::steady_clock::now() + pause;
}

// False when it should be tried again soon.
asio::awaitable<bool> Retention::try_to_keep_limits(Time now)
{
    using config::log;
    try {
        if (limits_.people_days > 0) {
            const std::int64_t people = co_await erase_old_people(now);
            log(config::LogLevel::info, "people.expired", {{"people", people}});
        }
        if (limits_.audit_months > 0) {
            const std::int64_t rows = co_await remove_old_audit(now);
            log(config::LogLevel::info, "audit.removed", {{"rows", rows}});
        }
        if (limits_.message_months > 0) {
            const std::int64_t messages = co_await remove_old_messages(now);
            log(config::LogLevel::info, "messages.removed", {{"messages", messages}});
        }
        co_return true;
    }
    catch (const std::exception& error) {
        log(config::LogLevel::warning, "database.retention_failed",
            {{"error", error.what()}, {"advice", "Waybill retries in five minutes"}});
    }
    co_return false;
}

asio::awaitable<std::int64_t> Retention::erase_old_people(Time now)
{
    if (!has_privacy_key()) throw std::runtime_error("PEOPLE_RETENTION_DAYS needs the file that PRIVACY_KEY names");
    const Time before = now - std::chrono::days(limits_.people_days);
    std::int64_t people = co_await erase_expired("expired_recipients", "0", before);
    people += co_await erase_expired("expired_writers", "", before);
    people += co_await erase_expired("expired_opt_outs", "", before);
    co_await blank("blank_rejected_rows", before);
    co_await blank("blank_strays", before);
    co_return people;
}

asio::awaitable<std::int64_t> Retention::erase_expired(Statement statement, std::string place, Time before)
{
    Erasure erasure(database_);
    std::int64_t erased = 0;
    while (!stopping_) {
        Expired expired = co_await find_expired(database_, statement, place, before);
        if (expired.place.empty()) break;
        place = std::move(expired.place);
        while (!expired.numbers.empty() && !stopping_) {
            std::vector<std::string> some = take_some(expired.numbers);
            erased += static_cast<std::int64_t>(some.size());
            Action action{"person.expire", "after " + std::to_string(limits_.people_days) + " days"};
            co_await erasure.erase_many(std::move(some), std::move(action));
        }
    }
    co_return erased;
}

asio::awaitable<void> Retention::blank(Statement statement, Time before)
{
    std::int64_t last = max_rows_removed;
    while (last == max_rows_removed && !stopping_) {
        auto work = database_.transact([statement, before](Transaction& tx) {
            return static_cast<std::int64_t>(tx.exec(statement, micros(before), max_rows_removed).affected_rows());
        });
        last = co_await std::move(work);
    }
}

asio::awaitable<std::int64_t> Retention::remove_old_audit(Time now)
{
    std::int64_t removed = 0;
    std::int64_t last = max_rows_removed;
    while (last == max_rows_removed && !stopping_) {
        last = co_await remove_some_audit(owner_, now, limits_.audit_months);
        removed += last;
    }
    co_return removed;
}

asio::awaitable<std::int64_t> Retention::remove_old_messages(Time now)
{
    const std::int64_t of_campaigns = co_await remove_while_any(remove_some_of_campaign, now);
    const std::int64_t singles = co_await remove_while_any(remove_some_singles, now);
    co_return of_campaigns + singles;
}

asio::awaitable<std::int64_t> Retention::remove_while_any(RemoveSome remove_some, Time now)
{
    std::int64_t removed = 0;
    std::optional<std::int64_t> last = 0;
    while (last && !stopping_) {
        auto work = database_.transact([remove_some, now, months = limits_.message_months](Transaction& tx) {
            return remove_some(tx, now, months);
        });
        last = co_await std::move(work);
        removed += last.value_or(0);
    }
    co_return removed;
}

} // namespace waybill::db
