#include "tests/service/access/audited_database.hpp"

#include "config/log.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>

namespace waybill::test
{

namespace json = boost::json;

namespace
{

const std::map<std::string, std::string> named_tables = {
    {"campaigns", "public_id"}, {"campaign_budgets", "campaign_id"},
    {"senders", "sender"},      {"opt_outs", "phone_number"},
    {"users", "email"},         {"api_keys", "id"},
    {"endpoints", "id"},        {"notification_addresses", "id"}};
constexpr const char* counted_tables[] = {"messages", "outbox", "sessions", "deliveries"};

bool is_number(const std::string& text)
{
    return text.size() >= 8 && text[0] == '+' &&
           std::all_of(text.begin() + 1, text.end(), [](char each) { return each >= '0' && each <= '9'; });
}

std::string shown(const std::string& text)
{
    return is_number(text) ? config::masked(text) : text;
}

// The value itself, or what the log may put in its place.
bool describes(const json::value& logged, const json::value& real)
{
    if (logged == real) return true;
    if (!real.is_string() || !logged.is_string()) return false;
    return logged.as_string() == "(hidden)" || logged.as_string() == shown(std::string(real.as_string()));
}

} // namespace

Snapshot snapshot(const TestDatabase& database)
{
    Snapshot taken;
    for (const auto& [table, name] : named_tables)
        for (const std::string& row :
             database.column("select (to_jsonb(t) - 'last_used_at' - 'last_used_from')::text from " + table + " t")) {
            json::object columns = json::parse(row).as_object();
            const json::value& value = columns.at(name);
            const std::string key = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
            taken.rows[table + "/" + shown(key)] = std::move(columns);
        }
    for (const char* table : counted_tables)
        taken.counts[table] = database.number(std::string("select count(*) from ") + table);
    return taken;
}

json::object difference(const Snapshot& before, const Snapshot& after)
{
    json::object all;
    std::set<std::string> names;
    for (const Snapshot* each : {&before, &after})
        for (const auto& [name, columns] : each->rows)
            names.insert(name);
    const auto value_of = [](const Snapshot& in, const std::string& name, const auto& column) {
        const auto row = in.rows.find(name);
        return row == in.rows.end() ? json::value() : row->second.at(column);
    };
    for (const std::string& name : names) {
        json::object columns;
        const auto& row = after.rows.contains(name) ? after.rows.at(name) : before.rows.at(name);
        for (const auto& column : row) {
            const json::value old = value_of(before, name, column.key()), now = value_of(after, name, column.key());
            if (old != now) columns[column.key()] = json::array{old, now};
        }
        if (!columns.empty()) all[name] = std::move(columns);
    }
    for (const auto& [table, count] : before.counts)
        if (after.counts.at(table) != count) all[table] = after.counts.at(table) - count;
    return all;
}

std::string fault_of(const json::object& changed, const json::object& difference)
{
    if (changed.size() != difference.size()) return json::serialize(changed) + " is not " + json::serialize(difference);
    for (const auto& [name, value] : difference) {
        const json::value* logged = changed.if_contains(name);
        if (logged == nullptr) return std::string(name) + " is not in the log";
        if (!value.is_object()) {
            if (*logged != value) return std::string(name) + ": " + json::serialize(*logged);
            continue;
        }
        if (logged->as_object().size() != value.as_object().size())
            return std::string(name) + ": " + json::serialize(*logged) + " is not " + json::serialize(value);
        for (const auto& [column, both] : value.as_object()) {
            const json::value* entry = logged->as_object().if_contains(column);
            if (entry == nullptr || !describes(entry->at(0), both.at(0)) || !describes(entry->at(1), both.at(1)))
                return std::string(name) + "." + std::string(column) + " is wrong";
        }
    }
    return "";
}

} // namespace waybill::test
