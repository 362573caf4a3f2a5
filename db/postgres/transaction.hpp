#pragma once

#include "db/postgres/job_deadlines.hpp"
#include "db/postgres/libpqxx.hpp"
#include "db/postgres/statements.hpp"

#include <string>
#include <utility>

// Only .cpp files below db/ include this: libpqxx goes no further.
namespace waybill::db
{

class Transaction
{
public:
    Transaction(pqxx::transaction_base& work, JobDeadline& deadline, SessionStatements& statements)
        : work_(work), deadline_(deadline), statements_(statements)
    {
    }

    // tx.exec("find_campaign", public_id)
    template <class... Arguments>
    pqxx::result exec(Statement statement, Arguments&&... arguments)
    {
        deadline_.renew();
        statements_.prepare(work_, statement.name());
        return exec_prepared(work_, statement.name(), std::forward<Arguments>(arguments)...);
    }

    // Rows of a COPY, as tuples. `columns`: separated by commas.
    pqxx::stream_to copy_into(const std::string& table, const std::string& columns)
    {
        return db::copy_into(work(), table, columns);
    }

    pqxx::transaction_base& work() // for ANALYZE
    {
        deadline_.renew();
        return work_;
    }

private:
    pqxx::transaction_base& work_;
    JobDeadline& deadline_;
    SessionStatements& statements_;
};

} // namespace waybill::db
