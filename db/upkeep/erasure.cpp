#include "db/upkeep/erasure.hpp"

#include "config/log.hpp"
#include "db/messages/history.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/rows.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/describe/class.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Person::Text, (), (id, campaign, name, body, status, at))
BOOST_DESCRIBE_STRUCT(Person::Reply, (), (sid, body, at))
BOOST_DESCRIBE_STRUCT(KeptRow, (), (campaign_id, row_number, data_json))
BOOST_DESCRIBE_STRUCT(Person::OptOutEvent, (), (event, source, principal, message_sid, at))

namespace
{

constexpr const char* check_text = "waybill privacy check";

constexpr std::size_t telling_digits = 6; // few other numbers end with them

// A regular expression: the last digits, with anything between them that ends no cell.
std::string ending_like(const std::string& number)
{
    std::string pattern;
    for (const char digit : number.substr(number.size() - std::min(number.size() - 1, telling_digits)))
        pattern += (pattern.empty() ? "" : "[^0-9\"]*") + std::string(1, digit);
    return pattern;
}

std::string array_of_texts(const std::vector<std::string>& texts)
{
    ArrayLiteral array;
    for (const std::string& text : texts)
        array.add(std::string_view(text));
    return array.take();
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

void check_key(Transaction& tx)
{
    if (!has_privacy_key()) throw std::runtime_error("erasing needs the file that PRIVACY_KEY names");
    if (!matches(tx)) throw std::runtime_error("PRIVACY_KEY is not the key that people were erased with before");
    tx.exec("keep_privacy_check", token_of(check_text));
}

// Locks in the order in which all writers do. Opt-outs come last.
Erased erase_people(Transaction& tx, const std::vector<std::string>& people, const std::vector<KeptRow>& rows)
{
    check_key(tx);
    tx.exec("begin_erasing");
    std::vector<std::string> hashes;
    hashes.reserve(people.size());
    for (const std::string& number : people)
        hashes.push_back(token_of(number));
    std::vector<std::int64_t> campaigns, row_numbers;
    for (const KeptRow& row : rows) {
        campaigns.push_back(row.campaign_id);
        row_numbers.push_back(row.row_number);
    }
    const std::string numbers = array_of_texts(people), tokens = array_of_texts(hashes);
    const auto found = read_column<MessageId>(tx.exec("lock_messages_to", numbers));
    const std::string ids = array_of(found), campaign_ids = array_of(campaigns);
    Erased erased;
    erased.messages = static_cast<std::int64_t>(found.size());
    tx.exec("erase_samples", ids);
    tx.exec("erase_rejected_rows", campaign_ids, array_of(row_numbers));
    tx.exec("erase_scheduled_rows", ids);
    tx.exec("erase_messages", ids);
    tx.exec("erase_history", ids);
    tx.exec("erase_labels", ids);
    tx.exec("erase_replies_to_requests", ids, campaign_ids);
    erased.replies = static_cast<std::int64_t>(tx.exec("erase_inbound", numbers).affected_rows());
    tx.exec("erase_strays", numbers, ids);
    tx.exec("erase_answers", ids);
    tx.exec("erase_opt_outs", numbers, tokens);
    tx.exec("erase_opt_out_history", numbers, tokens);
    erased.stays_opted_out = !tx.exec("find_erased", hashes.front()).empty();
    note_rows(tx, "people", -static_cast<std::int64_t>(people.size()));
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

asio::awaitable<std::vector<KeptRow>> Erasure::rows_like(std::string number)
{
    return database_.transact([pattern = ending_like(number)](Transaction& tx) {
        return read_rows<KeptRow>(tx.exec("rejected_rows_like", pattern));
    });
}

asio::awaitable<Erased> Erasure::erase(std::string number, std::vector<KeptRow> rows, Actor by)
{
    Action action{"person.erase", config::masked(number)};
    return change(database_, std::move(by), std::move(action),
                  [number = std::move(number), rows = std::move(rows)](Transaction& tx) {
                      return erase_people(tx, {number}, rows);
                  });
}

asio::awaitable<void> Erasure::erase_many(std::vector<std::string> numbers, Action action)
{
    auto job = [numbers = std::move(numbers)](Transaction& tx) { return erase_people(tx, numbers, {}); };
    auto erasing = change(database_, Actor{}, std::move(action), std::move(job));
    co_await std::move(erasing);
}

asio::awaitable<bool> Erasure::key_matches()
{
    return database_.transact([](Transaction& tx) { return matches(tx); });
}

} // namespace waybill::db
