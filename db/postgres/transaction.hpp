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
    Transaction(pqxx::transaction_base& work, JobDeadline& deadline) : work_(work), deadline_(deadline) {}

    // tx.exec("find_campaign", public_id)
    template <class... Arguments>
    pqxx::result exec(Statement statement, Arguments&&... arguments)
    {
        deadline_.renew();
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
};

} // namespace waybill::db
