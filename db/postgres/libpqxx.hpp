#pragma once

#include <pqxx/connection>
#include <pqxx/prepared_statement>
#include <pqxx/result>
#include <pqxx/stream_to>
#include <pqxx/transaction_base>
#include <pqxx/version>
#if PQXX_VERSION_MAJOR < 7
#include <pqxx/binarystring>
#endif

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// What differs between libpqxx 6 (Debian 12) and 7 (Debian 13), and nowhere else.
namespace waybill::db
{

// A parameter in PostgreSQL's binary format.
#if PQXX_VERSION_MAJOR >= 7
using Binary = pqxx::bytes;

inline Binary to_binary(const std::string& bytes)
{
    return Binary(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size());
}

inline void prepare_now(pqxx::connection& connection, const std::string& name, const std::string& sql)
{
    connection.prepare(name, sql);
}

// Those of one session, each of which is prepared when it is first used: an empty database has no tables for them.
class SessionStatements
{
public:
    // `name` and `sql` outlive this.
    void declare(pqxx::connection&, const std::string& name, const std::string& sql) { unused_.emplace(name, &sql); }

    void prepare(pqxx::transaction_base& work, const char* name)
    {
        const auto statement = unused_.find(name);
        if (statement == unused_.end()) return;
        work.conn().prepare(name, *statement->second);
        unused_.erase(statement);
    }

private:
    std::unordered_map<std::string_view, const std::string*> unused_;
};

inline void forbid_reconnecting(pqxx::connection&) {} // it never does

template <class... Arguments>
pqxx::result exec_prepared(pqxx::transaction_base& work, const char* name, Arguments&&... arguments)
{
    return work.exec(pqxx::prepped{name}, pqxx::params{std::forward<Arguments>(arguments)...});
}

// Rows of a COPY, as tuples. `columns`: separated by commas.
inline pqxx::stream_to copy_into(pqxx::transaction_base& work, const std::string& table, const std::string& columns)
{
    return pqxx::stream_to::raw_table(work, table, columns);
}
#else
using Binary = pqxx::binarystring;

inline Binary to_binary(const std::string& bytes)
{
    return Binary(bytes);
}

inline void prepare_now(pqxx::connection& connection, const std::string& name, const std::string& sql)
{
    connection.prepare(name, sql);
    connection.prepare_now(name);
}

// libpqxx 6 itself prepares a statement when it is first used.
class SessionStatements
{
public:
    void declare(pqxx::connection& connection, const std::string& name, const std::string& sql)
    {
        connection.prepare(name, sql);
    }
    void prepare(pqxx::transaction_base&, const char*) {}
};

// An idle dead connection would be opened again silently: to a server whose socket is not guarded.
inline void forbid_reconnecting(pqxx::connection& connection)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

template <class... Arguments>
pqxx::result exec_prepared(pqxx::transaction_base& work, const char* name, Arguments&&... arguments)
{
    return work.exec_prepared(name, std::forward<Arguments>(arguments)...);
}

inline pqxx::stream_to copy_into(pqxx::transaction_base& work, const std::string& table, const std::string& columns)
{
    return pqxx::stream_to(work, table, std::vector<std::string>{columns});
}
#endif

// For a transaction that sends no BEGIN: throws when the server has ended the idle connection. The first look may find
// only the server's last message, and the second finds that it is gone. libpqxx 7 itself does not look.
inline void check_idle(pqxx::connection& connection)
{
    connection.get_notifs();
    connection.get_notifs();
}

} // namespace waybill::db
