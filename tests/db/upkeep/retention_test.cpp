#include "db/upkeep/retention.hpp"

#include "db/campaigns/campaigns.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/upkeep/figures.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using test::run;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    boost::asio::io_context context{1};
    db::Retention retention{context.get_executor(), database, database, {30, 6, 12}};
    db::Time now = std::chrono::system_clock::now();

    Fixture() { db::set_privacy_key(std::string(32, 'k')); }
    ~Fixture() { db::set_privacy_key(""); }

    void message(const std::string& number, const std::string& age, const std::string& status = "delivered") const
    {
        postgres.exec("insert into messages (id, recipient, customer_name, body, segments, status, claimed_at) "
                      "values (message_id_at(now() - interval '" +
                      age + "') | (nextval('message_numbers') & 1073741823), '" + number + "', 'Zeb', 'Hello', 1, '" +
                      status + "', now())");
    }
    void reply(const std::string& number, const std::string& age) const
    {
        postgres.exec("insert into inbound_messages (sid, received_at, from_address, to_address, body) values "
                      "('SM" +
                      number + "', now() - interval '" + age + "', '" + number + "', '+15005550006', 'Thanks')");
    }
    void opt_out(const std::string& number, const std::string& age) const
    {
        postgres.exec("insert into opt_outs (phone_number, source, created_at) values ('" + number +
                      "', 'operator', now() - interval '" + age + "')");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(retention, Fixture)

BOOST_AUTO_TEST_CASE(people_are_erased_when_nothing_went_to_them_or_came_from_them_for_so_long)
{
    message("+15550100001", "40 days");
    message("+15550100001", "31 days");
    message("+15550100002", "40 days");
    message("+15550100002", "2 days"); // still a customer
    message("+15550100003", "40 days");
    reply("+15550100003", "1 day"); // has replied
    message("+15550100004", "40 days", "pending");
    postgres.exec("insert into outbox (message_id, due_at) select id, now() + interval '1 day' from messages where "
                  "recipient = '+15550100004'"); // waits for its time
    reply("+15550100005", "40 days");
    opt_out("+15550100001", "35 days");
    opt_out("+15550100006", "40 days");
    opt_out("+15550100007", "1 day");
    BOOST_TEST(run(retention.erase_old_people(now)) == 3);
    BOOST_TEST(postgres.value("select string_agg(distinct right(recipient, 1), '' order by right(recipient, 1)) from "
                              "messages") == "234");
    BOOST_TEST(postgres.number("select count(*) from messages where body = ''") == 2);
    BOOST_TEST(postgres.value("select string_agg(from_address, '') from inbound_messages") == "+15550100003");
    BOOST_TEST(postgres.value("select string_agg(phone_number, '') from opt_outs") == "+15550100007");
    BOOST_TEST(postgres.number("select count(*) from erased_opt_outs") == 2);
    BOOST_TEST(postgres.value("select sum((changed ->> 'people')::int) || ' ' || min(principal) || ' ' || min(object) "
                              "from audit_log where action = 'person.expire'") == "-3 waybill after 30 days");
    BOOST_TEST(run(retention.erase_old_people(now)) == 0);
}

BOOST_AUTO_TEST_CASE(rejected_rows_and_strays_lose_their_data_with_age)
{
    test::make_campaign(postgres, 1, "sms_1_old000");
    test::make_campaign(postgres, 1, "sms_1_new000");
    postgres.exec(
        "update campaigns set created_at = now() - interval '31 days' where public_id = 'sms_1_old000';"
        "insert into rejected_rows select id, 1, 'invalid_phone', 'no number', '{\"phone\":\"x\"}' from campaigns;"
        "insert into stray_receipts (reason, message_id, received_at, status, extra, fingerprint) "
        "values ('unknown message', 1, now() - interval '31 days', 'sent', '{\"To\":\"+1555\"}', 1), "
        "('unknown message', 2, now(), 'sent', '{\"To\":\"+1555\"}', 1)");
    run(retention.erase_old_people(now));
    BOOST_TEST(postgres.value("select string_agg(c.public_id, ' ') from rejected_rows r join campaigns c on c.id = "
                              "r.campaign_id where r.data::text = '{}' and r.message = ''") == "sms_1_old000");
    BOOST_TEST(postgres.number("select message_id from stray_receipts where extra is not null") == 2);
}

BOOST_AUTO_TEST_CASE(without_a_privacy_key_nobody_expires)
{
    message("+15550100001", "40 days");
    db::set_privacy_key("");
    BOOST_CHECK_THROW(run(retention.erase_old_people(now)), std::runtime_error);
    BOOST_TEST(postgres.value("select recipient from messages") == "+15550100001");
}

BOOST_AUTO_TEST_CASE(messages_of_campaigns_that_were_over_long_ago_are_removed_and_the_figures_stay)
{
    for (const char* campaign : {"sms_1_old000", "sms_1_busy00", "sms_1_late00", "sms_1_seen00", "sms_1_new000"})
        test::make_campaign(postgres, 3, campaign);
    postgres.exec(
        "update campaigns set created_at = now() - interval '13 months' where public_id <> 'sms_1_new000';"
        "update campaigns set send_at = now() - interval '11 months' where public_id = 'sms_1_late00';"
        "update campaign_counters set updated_at = now() - interval '13 months', delivered = 3, pending = 0;"
        "update messages set status = 'delivered', completed_at = now();"
        "delete from outbox o using campaigns c where c.id = o.campaign_id and c.public_id <> 'sms_1_busy00';"
        "insert into rejected_rows select id, 9, 'invalid_phone', 'no number', '{\"phone\":\"x\"}' from "
        "campaigns;"
        "insert into message_history (message_id, received_at, source, status, fingerprint) select id, now(), "
        "'receipt', 'delivered', 1 from messages");
    postgres.exec("insert into receipt_counters (campaign_id, lane) select id, 3 from campaigns "
                  "where public_id = 'sms_1_seen00'"); // it has just had a receipt
    BOOST_TEST(run(retention.remove_old_messages(now)) == 3);
    const std::string left = "select string_agg(distinct c.public_id, ' ') from campaigns c join ";
    const std::string others = "sms_1_busy00 sms_1_late00 sms_1_new000 sms_1_seen00";
    BOOST_TEST(postgres.value(left + "messages m on m.campaign_id = c.id") == others);
    BOOST_TEST(postgres.value(left + "rejected_rows r on r.campaign_id = c.id") == others);
    BOOST_TEST(postgres.number("select count(*) from message_history") == 12);
    BOOST_TEST(postgres.value("select sample_body || delivered from campaigns c join campaign_counters k on "
                              "k.campaign_id = c.id where public_id = 'sms_1_old000'") == "3");
    BOOST_TEST(postgres.value("select changed ->> 'messages' from audit_log where action = 'message.remove'") == "-3");
    db::Campaigns campaigns(database, database);
    BOOST_TEST(run(campaigns.find("sms_1_old000")).value().messages_removed_at.has_value());
    BOOST_TEST(!run(campaigns.find("sms_1_late00")).value().messages_removed_at.has_value());
    for (const std::string& fault : run(db::check_consistency(database)).faults)
        BOOST_TEST(fault.find("sms_1_old000") == std::string::npos, fault);
    BOOST_TEST(run(retention.remove_old_messages(now)) == 0);
}

BOOST_AUTO_TEST_CASE(old_single_messages_are_removed_unless_they_wait_and_the_figures_stay)
{
    message("+15550100001", "13 months");
    message("+15550100002", "11 months");
    message("+15550100003", "13 months", "pending");
    postgres.exec(
        "insert into outbox (message_id, due_at) select id, now() from messages where status = 'pending';"
        "insert into message_labels (message_id, principal, reference) select id, '', recipient from messages");
    const std::string figures = "select sum(messages) from single_rows";
    BOOST_TEST(postgres.number(figures) == 3);
    BOOST_TEST(run(retention.remove_old_messages(now)) == 1);
    BOOST_TEST(postgres.value("select string_agg(right(recipient, 1), '' order by recipient) from messages") == "23");
    BOOST_TEST(postgres.number("select count(*) from message_labels") == 2);
    BOOST_TEST(postgres.number(figures) == 3);
}

BOOST_AUTO_TEST_CASE(old_rows_of_the_audit_log_are_removed_and_the_removal_is_recorded)
{
    postgres.exec("insert into audit_log (at, request_id, client_request_id, principal, peer, action, object) select "
                  "now() - make_interval(months => age), '', '', 'local', '', 'campaign.pause', age::text from "
                  "unnest(array[1, 5, 7, 24]) as age");
    BOOST_TEST(run(retention.remove_old_audit(now)) == 2);
    BOOST_TEST(postgres.value("select string_agg(action || ' ' || object, ',' order by id) from audit_log") ==
               "campaign.pause 1,campaign.pause 5,audit.remove older than 6 months");
    BOOST_TEST(postgres.value("select changed ->> 'audit_log' from audit_log where action = 'audit.remove'") == "-2");
    BOOST_TEST(run(retention.remove_old_audit(now)) == 0);
    BOOST_TEST(postgres.number("select count(*) from audit_log") == 3);
    BOOST_CHECK_THROW(postgres.exec("delete from audit_log"), std::exception);
}

BOOST_AUTO_TEST_SUITE_END()
