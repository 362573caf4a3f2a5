#include "db/upkeep/erasure.hpp"

#include "config/log.hpp"
#include "db/messages/history.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Person::Text, (), (id, campaign, name, body, status, at))
BOOST_DESCRIBE_STRUCT(Person::Reply, (), (sid, body, at))
BOOST_DESCRIBE_STRUCT(Person::OptOutEvent, (), (event, source, principal, message_sid, at))

namespace
{

constexpr const char* check_text = "waybill privacy check";

// However a list wrote it: with or without the country, with spaces or brackets. Nine digits name a person well enough.
std::string last_digits(const std::string& number)
{
    return number.substr(number.size() - std::min<std::size_t>(number.size() - 1, 9));
}

bool matches(Transaction& tx)
{
    const pqxx::result rows = tx.exec("privacy_check");
    return rows.empty() || rows[0][0].as<std::string>() == token_of(check_text);
}

std::int64_t cancel(Transaction& tx, const std::string& number, Time now)
{
    const auto ids = read_column<MessageId>(tx.exec("withdraw_messages_to", number));
    std::vector<HistoryEntry> entries;
    for (const MessageId id : ids) {
        HistoryEntry entry;
        entry.message_id = id;
        entry.at = now;
        entry.status = MessageStatus::canceled;
        entry.word = "canceled";
        entries.push_back(std::move(entry));
    }
    if (!entries.empty()) record_history(tx, HistorySource::operator_, entries);
    return tx.exec("messages_in_flight_to", number).at(0)[0].as<std::int64_t>();
}

Erased erase_person(Transaction& tx, const std::string& number)
{
    if (!has_privacy_key()) throw std::runtime_error("erasing needs the file that PRIVACY_KEY names");
    if (!matches(tx)) throw std::runtime_error("PRIVACY_KEY is not the key that people were erased with before");
    const std::string token = token_of(number);
    tx.exec("keep_privacy_check", token_of(check_text));
    tx.exec("begin_erasing");
    Erased erased;
    erased.stays_opted_out = !tx.exec("erase_opt_out", number, token).empty() || !tx.exec("find_erased", token).empty();
    tx.exec("erase_opt_out_history", number, token);
    tx.exec("erase_samples", number);
    const std::string digits = last_digits(number);
    tx.exec("erase_rejected_rows", digits);
    tx.exec("erase_scheduled_rows", number);
    const auto ids = read_column<MessageId>(tx.exec("erase_messages", number));
    tx.exec("erase_history", array_of(ids));
    tx.exec("erase_replies_to_requests", array_of(ids), digits);
    erased.messages = static_cast<std::int64_t>(ids.size());
    erased.replies = static_cast<std::int64_t>(tx.exec("erase_inbound", number).affected_rows());
    tx.exec("erase_strays", number, array_of(ids));
    note_rows(tx, "people", -1);
    return erased;
}

} // namespace

asio::awaitable<Person> Erasure::find(std::string number)
{
    return database_.transact([number = std::move(number)](Transaction& tx) {
        Person person;
        person.messages = read_rows<Person::Text>(tx.exec("messages_to_person", number));
        person.replies = read_rows<Person::Reply>(tx.exec("replies_of_person", number));
        const std::string token = token_of(number);
        person.opt_outs = read_rows<Person::OptOutEvent>(tx.exec("opt_outs_of_person", number, token));
        person.opted_out = tx.exec("is_opted_out", number, token).at(0)[0].as<bool>();
        return person;
    });
}

asio::awaitable<std::int64_t> Erasure::cancel_pending(std::string number, Time now)
{
    return database_.transact([number = std::move(number), now](Transaction& tx) { return cancel(tx, number, now); });
}

asio::awaitable<Erased> Erasure::erase(std::string number, Actor by)
{
    Action action{"person.erase", config::masked(number)};
    return change(database_, std::move(by), std::move(action),
                  [number = std::move(number)](Transaction& tx) { return erase_person(tx, number); });
}

asio::awaitable<RoleFacts> read_role_facts(Database& database)
{
    return database.transact([](Transaction& tx) {
        const pqxx::row row = tx.exec("role_facts").at(0);
        return RoleFacts{row["is_superuser"].as<bool>(), row["may_change_audit"].as<bool>()};
    });
}

asio::awaitable<bool> Erasure::key_matches()
{
    return database_.transact([](Transaction& tx) { return matches(tx); });
}

} // namespace waybill::db
