#include "tests/support/postgres.hpp"

#include "db/postgres/database.hpp"
#include "db/postgres/migrations.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/polling.hpp"

#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/result>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <unistd.h>

namespace waybill::test
{

namespace
{

std::string server_url()
{
    const char* url = std::getenv("WAYBILL_TEST_DATABASE_URL");
    if (!url) throw std::runtime_error("WAYBILL_TEST_DATABASE_URL is not set: start the tests with tests/run");
    return url;
}

// The server's URL with another database; the settings of libpq's key=value form go last and win.
std::string url_of(const std::string& database)
{
    std::string text = db::connection_string(server_url(), std::chrono::seconds(30));
    return text + "dbname='" + database + "'";
}

pqxx::result run_on(pqxx::connection& connection, const std::string& sql)
{
    pqxx::nontransaction transaction(connection);
    return transaction.exec(sql);
}

pqxx::result run_alone(const std::string& url, const std::string& sql)
{
    pqxx::connection connection(url);
    return run_on(connection, sql);
}

} // namespace

// Keeps its connection from one statement to the next, because each new one costs PostgreSQL a process, and opens
// another when the server has ended it. Threads may share it.
class Session
{
public:
    explicit Session(std::string url) : url_(std::move(url)) {}

    pqxx::result run(const std::string& sql)
    {
        std::unique_lock lock(mutex_, std::try_to_lock);
        if (!lock) return run_alone(url_, sql); // the statement of another thread may wait for this one
        if (kept_) {
            try {
                return run_on(*kept_, sql);
            }
            catch (const pqxx::failure&) {
                const auto used = std::move(kept_);
                if (used->is_open()) throw;
            }
        }
        kept_ = std::make_unique<pqxx::connection>(url_);
        return run_on(*kept_, sql);
    }

private:
    const std::string url_;
    std::mutex mutex_;
    std::unique_ptr<pqxx::connection> kept_;
};

namespace
{

// For what a database cannot do to itself.
pqxx::result run_on_server(const std::string& sql)
{
    static Session session(url_of("postgres"));
    return session.run(sql);
}

// Migrated once for each test program; the tests copy it, which is faster than migrating again.
const std::string& template_name()
{
    static const std::string name = [] {
        const std::string created = "waybill_template_" + std::to_string(getpid());
        run_on_server("drop database if exists " + created); // of a program that had the same number
        run_on_server("create database " + created);
        db::migrate(url_of(created));
        return created;
    }();
    return name;
}

} // namespace

TestDatabase::TestDatabase() : TestDatabase(template_name()) {}

TestDatabase::TestDatabase(Empty) : TestDatabase(std::string("template0")) {}

TestDatabase::TestDatabase(const std::string& original)
{
    static std::atomic<int> counter{0};
    name_ = "waybill_test_" + std::to_string(getpid()) + "_" + std::to_string(++counter);
    // Files are copied in half the time that PostgreSQL takes to write them to its log.
    run_on_server("create database " + name_ + " template " + original + " strategy file_copy");
    url_ = url_of(name_);
    session_ = std::make_unique<Session>(url_);
}

TestDatabase::TestDatabase(Existing existing) : url_(std::move(existing.url)), session_(std::make_unique<Session>(url_))
{
}

TestDatabase::~TestDatabase()
{
    if (name_.empty()) return;
    try {
        run_on_server("drop database " + name_ + " with (force)");
    }
    catch (const std::exception&) { // the whole server is thrown away at the end
    }
}

db::DatabaseOptions TestDatabase::options() const
{
    db::DatabaseOptions options;
    options.url = url_;
    options.threads = 2;
    return options;
}

db::DatabaseOptions TestDatabase::receipt_options() const
{
    db::DatabaseOptions receipts = options();
    receipts.by_key = true;
    return receipts;
}

void TestDatabase::exec(const std::string& sql) const
{
    session_->run(sql);
    session_->run("discard all"); // what it has set
}

std::string TestDatabase::value(const std::string& sql) const
{
    return session_->run(sql).at(0).at(0).as<std::string>("");
}

std::vector<std::string> TestDatabase::column(const std::string& sql) const
{
    std::vector<std::string> values;
    for (const pqxx::row& row : session_->run(sql))
        values.push_back(row[0].as<std::string>(""));
    return values;
}

void TestDatabase::go_away() const
{
    run_on_server("alter database " + name_ + " with allow_connections false");
    run_on_server("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '" + name_ + "'");
}

void TestDatabase::come_back() const
{
    run_on_server("alter database " + name_ + " with allow_connections true");
}

void TestDatabase::wait_until_outbox_is_empty() const
{
    wait_until("the outbox is empty", [&] { return number("select count(*) from outbox") == 0; });
}

std::string TestDatabase::counter_faults() const
{
    return value(R"sql(
with counted as (
    select campaign_id, count(*) filter (where status = 'pending') as pending,
           count(*) filter (where status = 'sending') as sending, count(*) filter (where status = 'unknown') as unknown,
           count(*) filter (where status = 'accepted') as accepted, count(*) filter (where status = 'sent') as sent,
           count(*) filter (where status = 'delivered') as delivered,
           count(*) filter (where status = 'undelivered') as undelivered,
           count(*) filter (where status = 'failed') as failed, count(*) filter (where status = 'canceled') as canceled,
           count(*) filter (where status = 'read') as read, count(accepted_at) as ever_accepted,
           coalesce(sum(segments) filter (where accepted_at is not null), 0) as accepted_segments,
           count(price_micros) as priced, coalesce(sum(price_micros), 0) as price_micros
      from messages group by campaign_id
)
select string_agg(c.campaign_id || ': ' || c::text || ' but rows say ' || coalesce(r::text, 'nothing'), '; ')
  from campaign_figures c left join counted r using (campaign_id)
 where (c.pending, c.sending, c.unknown, c.accepted, c.sent, c.delivered, c.undelivered, c.failed, c.canceled, c.read,
        c.ever_accepted, c.accepted_segments, c.priced, c.price_micros)
       is distinct from (coalesce(r.pending, 0), coalesce(r.sending, 0), coalesce(r.unknown, 0), coalesce(r.accepted, 0),
        coalesce(r.sent, 0), coalesce(r.delivered, 0), coalesce(r.undelivered, 0), coalesce(r.failed, 0),
        coalesce(r.canceled, 0), coalesce(r.read, 0), coalesce(r.ever_accepted, 0), coalesce(r.accepted_segments, 0),
        coalesce(r.priced, 0), coalesce(r.price_micros, 0))
    or (select coalesce(sum(count), 0) from tally_rows t where t.campaign_id = c.campaign_id and kind = 'error')
       <> c.failed + c.undelivered)sql");
}

db::Actor tester()
{
    db::Actor actor;
    actor.principal = "key:test";
    return actor;
}

db::CreatedCampaign make_campaign(const TestDatabase& database, int count, const std::string& public_id)
{
    db::NewCampaign campaign;
    campaign.public_id = public_id;
    campaign.name = "Test";
    campaign.restaurant_name = "Luigi's";
    campaign.offer = "20% off";
    campaign.offer_code = "SAVE20";
    campaign.message_template = "Hi {customer_name}";
    campaign.sender = "+15005550006";
    campaign.price_per_segment = 75;
    db::NextBatch recipients = [count](db::RecipientBatch& batch) {
        for (int i = 0; i < count; ++i) {
            db::Recipient recipient;
            recipient.row = i + 1;
            recipient.phone_number = "+1555010" + std::to_string(10000 + i).substr(1);
            recipient.customer_name = "Customer " + std::to_string(i);
            recipient.lapsed = true;
            recipient.body = "Hi Customer " + std::to_string(i);
            recipient.segments = 1;
            recipient.data_json = "{}";
            batch.recipients.push_back(std::move(recipient));
        }
        return false;
    };
    db::Database connection(database.options());
    db::Campaigns campaigns(connection, connection);
    db::CreateResult result = run(campaigns.create(std::move(campaign), std::move(recipients)));
    return std::get<db::CreatedCampaign>(std::move(result));
}

std::vector<db::MessageId> message_ids(const TestDatabase& database, const std::string& public_id)
{
    std::vector<db::MessageId> ids;
    for (const std::string& id : database.column("select m.id from messages m join campaigns c on c.id = m.campaign_id "
                                                 "where c.public_id = '" +
                                                 public_id + "' order by m.id"))
        ids.push_back(std::stoll(id));
    return ids;
}

} // namespace waybill::test
