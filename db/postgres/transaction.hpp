#pragma once

#include "db/postgres/job_deadlines.hpp"
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
    Transaction(pqxx::transaction_base& work, JobDeadline& deadline) : work_(work), deadline_(deadline) {}

    // tx.exec("find_campaign", public_id)
    template <class... Arguments>
    pqxx::result exec(Statement statement, Arguments&&... arguments)
    {
        deadline_.renew();
        return work_.exec_prepared(statement.name(), std::forward<Arguments>(arguments)...);
    }

    pqxx::transaction_base& work() // for COPY and ANALYZE
    {
        deadline_.renew();
        return work_;
    }

private:
    pqxx::transaction_base& work_;
    JobDeadline& deadline_;
};

} // namespace waybill::db
