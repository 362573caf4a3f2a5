#pragma once

#include <pqxx/binarystring>
#include <pqxx/connection>
#include <pqxx/result>
#include <pqxx/transaction_base>

#include <span>
#include <string_view>
#include <utility>

// Only .cpp files below db/ include this: libpqxx goes no further, and what differs between its versions stays here.
namespace waybill::db
{

// A prepared statement: its name in PostgreSQL and its text.
struct Statement
{
    const char* name;
    const char* sql;
};

// Every statement of every repository; a connection prepares them all when it opens.
std::span<const Statement* const> all_statements();

using Binary = pqxx::binarystring; // a parameter in PostgreSQL's binary format

class Transaction
{
public:
    explicit Transaction(pqxx::transaction_base& work) : work_(work) {}

    template <class... Arguments>
    pqxx::result exec(const Statement& statement, Arguments&&... arguments)
    {
        return work_.exec_prepared(statement.name, std::forward<Arguments>(arguments)...);
    }

    pqxx::transaction_base& work() { return work_; } // for COPY and ANALYZE

private:
    pqxx::transaction_base& work_;
};

} // namespace waybill::db
