#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/postgres/database.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace waybill::test
{

class Session;

// A migrated database of its own for one test, in the PostgreSQL that WAYBILL_TEST_DATABASE_URL names; dropped at the
// end.
class TestDatabase
{
public:
    struct Empty
    {
    };
    static constexpr Empty empty{};

    struct Existing
    {
        std::string url;
    };

    TestDatabase();
    explicit TestDatabase(Empty);    // without a schema
    explicit TestDatabase(Existing); // of another server, which outlives it
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& url() const { return url_; }
    db::DatabaseOptions options() const;
    db::DatabaseOptions receipt_options() const; // as the server's connection for receipts

    void exec(const std::string& sql) const;
    std::string value(const std::string& sql) const; // the one field of the one row; NULL is an empty text
    std::int64_t number(const std::string& sql) const { return std::stoll(value(sql)); }
    std::vector<std::string> column(const std::string& sql) const;

    void go_away() const;   // cuts every connection and refuses new ones
    void come_back() const; // takes them again

    // Empty when every campaign's counters and tallies equal its messages; else what differs.
    std::string counter_faults() const;

    // Until the outcome of every send is recorded: a receipt may overtake it and end the message before.
    void wait_until_outbox_is_empty() const;

private:
    explicit TestDatabase(const std::string& original);

    std::string name_, url_;
    std::unique_ptr<Session> session_;
};

db::Actor tester(); // who the audit log names for what a test changes

// A campaign of `count` lapsed recipients, +15550100000 onwards, one segment each, straight through db::Campaigns.
db::CreatedCampaign make_campaign(const TestDatabase& database, int count,
                                  const std::string& public_id = "sms_1_test01");

// The ids of its messages, in order.
std::vector<db::MessageId> message_ids(const TestDatabase& database, const std::string& public_id = "sms_1_test01");

} // namespace waybill::test
