#include "server/app/options.hpp"

#include <chrono>

namespace waybill
{

namespace
{

constexpr int bulk_threads = 2;   // uploads that are stored at the same time; others wait
constexpr int bulk_niceness = 10; // reading lists and writing exports takes a core: receipts come first
constexpr std::chrono::minutes max_bulk_statement{5};
constexpr int replica_threads = 3;
constexpr std::chrono::seconds max_replica_statement{10};
constexpr int inbound_threads = 2;                       // replies wait for nothing else
constexpr std::chrono::seconds max_inbound_statement{4}; // Twilio waits 15 s: there is time for another attempt
constexpr std::chrono::milliseconds max_receipt_statement{2'500};
constexpr std::chrono::milliseconds receipt_job_deadline{3'000}; // then receipts wait in the journal

} // namespace

db::Pooler pooler_of(const config::Settings& settings)
{
    return settings.has_transaction_pooler ? db::Pooler::transaction : db::Pooler::none;
}

db::DatabaseOptions database_options(const config::Settings& settings)
{
    db::DatabaseOptions options;
    options.url = settings.database_url;
    options.threads = settings.db_threads;
    options.pooler = pooler_of(settings);
    return options;
}

db::DatabaseOptions bulk_options(const config::Settings& settings)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = bulk_threads;
    options.niceness = bulk_niceness;
    options.max_waiting = 20;
    options.statement_timeout = max_bulk_statement;
    return options;
}

// What takes longer there is read from the primary.
db::DatabaseOptions replica_options(const config::Settings& settings)
{
    db::DatabaseOptions options;
    options.url = settings.read_database_url;
    options.threads = replica_threads;
    options.niceness = bulk_niceness;
    options.max_waiting = 50;
    options.statement_timeout = max_replica_statement;
    options.read_only = true;
    return options;
}

db::DatabaseOptions owner_options(const config::Settings& settings)
{
    db::DatabaseOptions options = bulk_options(settings);
    if (!settings.migrate_database_url.empty()) {
        options.url = settings.migrate_database_url;
        options.pooler = db::Pooler::none;
    }
    options.threads = 1;
    return options;
}

db::RetentionLimits retention_limits(const config::Settings& settings)
{
    return {settings.people_retention_days, settings.audit_retention_months, settings.message_retention_months};
}

db::DatabaseOptions receipt_options(const config::Settings& settings)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    options.by_key = true;
    options.statement_timeout = max_receipt_statement;
    options.job_deadline = receipt_job_deadline;
    return options;
}

db::DatabaseOptions outcome_options(const config::Settings& settings)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1; // they share commits, one at a time
    options.by_key = true;
    return options;
}

db::DatabaseOptions inbound_options(const config::Settings& settings)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = inbound_threads;
    options.statement_timeout = max_inbound_statement;
    return options;
}

} // namespace waybill
