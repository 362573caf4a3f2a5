#pragma once

#include "db/postgres/job_deadlines.hpp"
#include "db/postgres/statements.hpp"

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
#include <utility>
#include <vector>

// Only .cpp files below db/ include this: libpqxx goes no further, and what differs between its versions stays here.
namespace waybill::db
{

// A parameter in PostgreSQL's binary format.
#if PQXX_VERSION_MAJOR >= 7
using Binary = pqxx::bytes;
inline Binary to_binary(const std::string& bytes)
{
    return Binary(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size());
}
#else
using Binary = pqxx::binarystring;
inline Binary to_binary(const std::string& bytes)
{
    return Binary(bytes);
}
#endif

class Transaction
{
public:
    Transaction(pqxx::transaction_base& work, JobDeadline& deadline) : work_(work), deadline_(deadline) {}

    // tx.exec("find_campaign", public_id)
    template <class... Arguments>
    pqxx::result exec(Statement statement, Arguments&&... arguments)
    {
        deadline_.renew();
#if PQXX_VERSION_MAJOR >= 7
        return work_.exec(pqxx::prepped{statement.name()}, pqxx::params{std::forward<Arguments>(arguments)...});
#else
        return work_.exec_prepared(statement.name(), std::forward<Arguments>(arguments)...);
#endif
    }

    // Rows of a COPY, as tuples. `columns`: separated by commas.
    pqxx::stream_to copy_into(const std::string& table, const std::string& columns)
    {
#if PQXX_VERSION_MAJOR >= 7
        return pqxx::stream_to::raw_table(work(), table, columns);
#else
        return pqxx::stream_to(work(), table, std::vector<std::string>{columns});
#endif
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
