#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using namespace std::chrono_literals;
using test::CampaignUpload;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

// Looks messages up as soon as they are a second old.
ServiceOptions impatient()
{
    ServiceOptions options;
    options.settings.reconcile_after = 1s;
    options.settings.reconcile_per_second = 1'000;
    return options;
}

// Twilio creates every message, answers no request, and reports nothing about their fate.
ServiceOptions mute()
{
    ServiceOptions options = impatient();
    options.simulation.loss_share = 1;
    options.simulation.cut_after_share = 1;
    return options;
}

std::string create(const Service& service, int messages)
{
    const json::object data = service.created(CampaignUpload().file(test::lapsed_customers(messages)));
    return std::string(data.at("campaignId").as_string());
}

std::int64_t figure(const json::object& shown, const char* part, const char* name)
{
    return shown.at(part).as_object().at(name).as_int64();
}

void wait_until_unknown(const Service& service, const std::string& campaign, std::int64_t count)
{
    test::wait_until("the messages are unknown",
                     [&] { return figure(service.status(campaign), "metrics", "unknown") == count; });
}

// As if what is to be looked up had been so for a while.
void let_lookups_be_due(const TestDatabase& database)
{
    database.exec("update messages set lookup_at = now() where lookup_at is not null");
}

void wait_for_metric(const Service& service, const std::string& sample, std::int64_t value)
{
    test::wait_until(sample + " is " + std::to_string(value), [&] { return service.metric(sample) == value; });
}

std::int64_t looked_up(const Service& service, const std::string& result)
{
    return service.metric("waybill_lookups_total{result=\"" + result + "\"}");
}

} // namespace

BOOST_AUTO_TEST_SUITE(reconciler)

BOOST_AUTO_TEST_CASE(messages_whose_receipts_are_all_lost_end_by_reconciliation)
{
    TestDatabase database;
    ServiceOptions options = impatient();
    options.simulation.loss_share = 1;
    options.simulation.undelivered_share = 0.3;
    Service service(database, options);
    const std::string campaign = create(service, 40);
    const json::object shown = service.wait_until_final(campaign);
    const std::int64_t delivered = figure(shown, "metrics", "delivered");
    const std::int64_t undelivered = figure(shown, "metrics", "undelivered");
    BOOST_TEST(delivered + undelivered == 40);
    BOOST_TEST(undelivered > 0);
    for (const json::object& message : service.twilio().ledger()) {
        const std::string sid(message.at("sid").as_string());
        BOOST_TEST(database.value("select status from messages where sid = '" + sid + "'") ==
                   message.at("status").as_string());
    }
    for (const char* all : {"accepted", "final", "byReconciliation"})
        BOOST_TEST(figure(shown, "completeness", all) == 40, all);
    for (const char* none : {"byReceipt", "open"})
        BOOST_TEST(figure(shown, "completeness", none) == 0, none);
    BOOST_TEST(shown.at("completeness").at("receiptLagSeconds").is_null());
    BOOST_TEST(shown.at("metrics").at("actualCost") == "0.3000");
    wait_for_metric(service, "waybill_messages_accepted", 40);
    wait_for_metric(service, "waybill_messages_final{by=\"reconciliation\"}", 40);
    wait_for_metric(service, "waybill_messages_open", 0);
    BOOST_TEST(looked_up(service, "settled") == 40);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(what_receipts_tell_is_not_looked_up)
{
    TestDatabase database;
    ServiceOptions options = impatient();
    options.settings.reconcile_after = 2s;
    Service service(database, options);
    const json::object shown = service.wait_until_final(create(service, 10));
    BOOST_TEST(figure(shown, "completeness", "byReceipt") == 10);
    BOOST_TEST(figure(shown, "completeness", "byReconciliation") == 0);
    BOOST_TEST(shown.at("completeness").at("receiptLagSeconds").at("p50").is_double());
    BOOST_TEST(shown.at("completeness").at("receiptLagSeconds").at("p99").is_double());
    wait_for_metric(service, "waybill_messages_final{by=\"receipt\"}", 10);
    BOOST_TEST(service.metric("waybill_receipt_lag_seconds_count") == 10);
    std::this_thread::sleep_for(4s); // they are old enough now, and it has looked
    BOOST_TEST(looked_up(service, "settled") + looked_up(service, "open") + looked_up(service, "not_found") == 0);
}

BOOST_AUTO_TEST_CASE(messages_whose_replies_were_lost_are_found_in_twilios_list)
{
    TestDatabase database;
    Service service(database, mute());
    const std::string campaign = create(service, 12);
    wait_until_unknown(service, campaign, 12);
    service.twilio().wait_until_quiet();
    let_lookups_be_due(database);
    const json::object shown = service.wait_until_final(campaign);
    BOOST_TEST(figure(shown, "metrics", "delivered") == 12);
    BOOST_TEST(figure(shown, "completeness", "byReconciliation") == 12);
    for (const json::object& message : service.twilio().ledger()) {
        const std::string sid(message.at("sid").as_string());
        BOOST_TEST(database.value("select recipient from messages where sid = '" + sid + "'") ==
                   message.at("to").as_string());
    }
    BOOST_TEST(service.twilio().ledger().size() == 12U); // nothing was sent twice
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_message_that_twilio_never_got_stays_unknown_and_is_looked_for_again)
{
    TestDatabase database;
    ServiceOptions options = impatient();
    options.simulation.cut_before_share = 1;
    Service service(database, options);
    const std::string campaign = create(service, 3);
    wait_until_unknown(service, campaign, 3);
    let_lookups_be_due(database);
    test::wait_until("they were looked for", [&] { return looked_up(service, "not_found") == 3; });
    BOOST_TEST(figure(service.status(campaign), "metrics", "unknown") == 3);
    BOOST_TEST(database.number("select count(*) from messages where lookup_at > now() + interval '50 seconds'") == 3);
    BOOST_TEST(
        database.number("select count(*) from message_history where source = 'lookup' and status = 'not found'") == 3);
    BOOST_TEST(service.twilio().ledger().empty());
    BOOST_TEST(service.twilio().counters().broken == 3); // and none was tried again
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(of_two_equal_campaigns_each_lost_message_finds_its_own_record_or_none)
{
    TestDatabase database;
    Service service(database, mute());
    const std::string first = create(service, 2);
    wait_until_unknown(service, first, 2);
    const std::string second = create(service, 2);
    wait_until_unknown(service, second, 2);
    service.twilio().wait_until_quiet();
    let_lookups_be_due(database);
    test::wait_until("they were looked for", [&] { return looked_up(service, "not_found") == 4; });
    BOOST_TEST(figure(service.status(first), "metrics", "unknown") == 2);
    // One of the twins is settled by its receipt, late: now the other one is clear.
    std::set<std::string> taken;
    for (const json::object& message : service.twilio().ledger()) {
        const std::string callback(message.at("status_callback").as_string());
        const std::string id = callback.substr(callback.rfind('/') + 1, callback.find('#') - callback.rfind('/') - 1);
        const std::string sid(message.at("sid").as_string());
        if (!taken.insert(std::string(message.at("to").as_string())).second) continue;
        database.exec("update messages set sid = '" + sid + "', status = 'sent', lookup_at = null where id = " + id +
                      "; update campaign_counters set unknown = unknown - 1, sent = sent + 1 where campaign_id = "
                      "(select campaign_id from messages where id = " +
                      id + ")");
    }
    let_lookups_be_due(database);
    const json::object shown = service.wait_until_final(second);
    BOOST_TEST(figure(shown, "metrics", "delivered") == 2);
    BOOST_TEST(database.number("select count(distinct sid) from messages") == 4);
}

BOOST_AUTO_TEST_CASE(a_conflict_is_settled_by_what_twilio_says)
{
    TestDatabase database;
    Service service(database, impatient());
    const std::string campaign = create(service, 2);
    service.wait_until_final(campaign);
    database.exec(
        "update messages set status = 'undelivered', conflicting = 'delivered', error_code = 30008, lookup_at = now(); "
        "update campaign_counters set delivered = delivered - 2, undelivered = undelivered + 2; "
        "insert into campaign_tallies select campaign_id, 'error', 30008, 2 from campaign_counters");
    test::wait_until("the conflicts are settled",
                     [&] { return figure(service.status(campaign), "metrics", "delivered") == 2; });
    BOOST_TEST(service.status(campaign).at("metrics").at("errors").as_array().empty());
    BOOST_TEST(figure(service.status(campaign), "completeness", "byReceipt") == 2);
    BOOST_TEST(
        database.number("select count(*) from messages where conflicting is not null or lookup_at is not null or "
                        "error_code is not null") == 0);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_sid_that_twilio_does_not_know_is_kept_and_left_alone_for_a_day)
{
    TestDatabase database;
    ServiceOptions options = impatient();
    options.simulation.loss_share = 1;
    options.settings.reconcile_after = 10s; // that SID comes first
    Service service(database, options);
    const std::string campaign = create(service, 1);
    database.exec("update messages set sid = 'SM00000000000000000000000000000000', lookup_at = now()");
    test::wait_until("it was asked for", [&] { return looked_up(service, "not_found") == 1; });
    BOOST_TEST(database.value("select lookup_at > now() + interval '23 hours' from messages") == "t");
    BOOST_TEST(database.value("select status from messages") == "accepted");
    BOOST_TEST(figure(service.status(campaign), "completeness", "open") == 1);
}

BOOST_AUTO_TEST_CASE(while_twilio_does_not_answer_messages_wait_and_waybill_still_ends_at_once)
{
    TestDatabase database;
    ServiceOptions options = impatient();
    options.simulation.loss_share = 1;
    options.settings.twilio = test::RunningSimulator().account(); // which is gone
    const auto begun = std::chrono::steady_clock::now();
    {
        Service service(database, options);
        test::make_campaign(database, 5);
        database.exec("delete from outbox; update messages set status = 'sent', sid = 'SM' || lpad(id::text, 32, '0'), "
                      "claimed_at = now(), lookup_at = now(); update campaign_counters set pending = 0, sent = 5");
        test::wait_until("one was asked for in vain", [&] { return looked_up(service, "unanswered") > 0; });
    }
    BOOST_TEST((std::chrono::steady_clock::now() - begun < 15s));
    BOOST_TEST(database.number("select count(*) from messages where status = 'sent' and lookup_at is not null") == 5);
}

BOOST_AUTO_TEST_SUITE_END()
