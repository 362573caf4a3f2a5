#include "db/upkeep/retention.hpp"

#include "db/postgres/privacy_key.hpp"
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
    db::Retention retention{context.get_executor(), database, database, {30, 6}};
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
