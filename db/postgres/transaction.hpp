#pragma once

#include "db/postgres/statements.hpp"

#include <pqxx/binarystring>
#include <pqxx/connection>
#include <pqxx/result>
#include <pqxx/transaction_base>

#include <string>
#include <utility>

// Only .cpp files below db/ include this: libpqxx goes no further, and what differs between its versions stays here.
namespace waybill::db
{

using Binary = pqxx::binarystring; // a parameter in PostgreSQL's binary format

class Transaction
{
public:
    explicit Transaction(pqxx::transaction_base& work) : work_(work) {}

    // tx.exec("find_campaign", public_id)
    template <class... Arguments>
    pqxx::result exec(Statement statement, Arguments&&... arguments)
    {
        return work_.exec_prepared(statement.name(), std::forward<Arguments>(arguments)...);
    }

    pqxx::transaction_base& work() { return work_; } // for COPY and ANALYZE

private:
    pqxx::transaction_base& work_;
};

} // namespace waybill::db
