#include "db/upkeep/roles.hpp"

#include "db/postgres/connections.hpp"
#include "db/postgres/job_deadlines.hpp"
#include "db/postgres/migrations.hpp"
#include "db/postgres/transaction.hpp"

#include <pqxx/except>
#include <pqxx/transaction>

#include <chrono>
#include <functional>
#include <vector>

namespace waybill::db
{

namespace
{

constexpr std::chrono::seconds max_statement{30};
constexpr std::chrono::seconds statement_grace{3};
constexpr std::size_t named_rights = 3;

// In one transaction of a connection of its own, before the statements of a Database can be prepared.
void in_session(const std::string& url, Pooler pooler, const std::function<void(pqxx::work&)>& job)
{
    try {
        const SessionOptions session{max_statement, false, pooler};
        JobDeadlines deadlines;
        Connection connection(connection_string(url, session));
        JobDeadline deadline(deadlines, max_statement + statement_grace, false);
        deadline.guard(connection.socket());
        pqxx::work tx(connection.session());
        if (pooler != Pooler::none) tx.exec(settings_of_transaction(session));
        job(tx);
        tx.commit();
    }
    catch (const pqxx::broken_connection& error) {
        throw Unavailable(error.what());
    }
    catch (const pqxx::insufficient_privilege& error) {
        throw Forbidden(error.what());
    }
}

std::string role_of(const std::string& url, Pooler pooler)
{
    std::string role;
    in_session(url, pooler, [&role](pqxx::work& tx) { role = tx.exec("select current_user")[0][0].as<std::string>(); });
    return role;
}

std::vector<std::string> missing_rights(const std::string& url, Pooler pooler)
{
    std::vector<std::string> missing;
    in_session(url, pooler, [&missing](pqxx::work& tx) {
        for (const pqxx::row& row : tx.exec("select missing_rights(current_user)"))
            missing.push_back(row[0].as<std::string>());
    });
    return missing;
}

std::string in_words(const std::vector<std::string>& missing)
{
    std::string words;
    for (std::size_t i = 0; i < missing.size() && i < named_rights; ++i)
        words += (i == 0 ? "" : ", ") + missing[i];
    if (missing.size() > named_rights) words += " and " + std::to_string(missing.size() - named_rights) + " more";
    return words;
}

} // namespace

int prepare_database(const std::string& url, const std::string& owner_url, Pooler pooler)
{
    const int count = owner_url.empty() ? migrate(url, pooler) : migrate(owner_url);
    if (!owner_url.empty()) {
        const std::string role = role_of(url, pooler);
        in_session(owner_url, Pooler::none,
                   [&role](pqxx::work& tx) { tx.exec("select grant_rights(" + tx.quote(role) + ")"); });
    }
    if (const auto missing = missing_rights(url, pooler); !missing.empty()) throw Forbidden(in_words(missing));
    return count;
}

asio::awaitable<RoleFacts> read_role_facts(Database& database)
{
    return database.transact([](Transaction& tx) {
        const pqxx::row row = tx.exec("role_facts").at(0);
        return RoleFacts{row["is_superuser"].as<bool>(), row["may_change_audit"].as<bool>()};
    });
}

} // namespace waybill::db
