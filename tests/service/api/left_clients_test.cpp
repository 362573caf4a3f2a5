#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"
#include "tests/support/table_lock.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <sys/resource.h>

using namespace waybill;
using test::CampaignUpload;

namespace
{

// The client and the server are one process.
void allow_descriptors(rlim_t count)
{
    rlimit limit{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    if (limit.rlim_cur >= count) return;
    limit.rlim_cur = std::min(count, limit.rlim_max);
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(left_clients)

BOOST_AUTO_TEST_CASE(a_list_whose_client_has_left_is_read_no_further_and_leaves_nothing)
{
    test::TestDatabase database;
    test::Service service(database);
    const CampaignUpload upload = CampaignUpload().file(test::lapsed_customers(12'000)); // three batches
    int left = 0;
    for (const char* target : {"/api/campaigns/sms", "/api/campaigns/sms/preview"}) {
        const test::TableLock lock(database, "opt_outs");
        {
            test::RawHttp client(service.port());
            client.send(upload.request(target));
            lock.wait_until_waited_for();
        }
        ++left;
        test::wait_until("the server has noticed",
                         [&] { return service.metric("waybill_http_clients_left_total") == left; });
    }
    test::wait_until("both requests have ended", [&] { return service.metric("waybill_http_connections_open") == 1; });
    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
    BOOST_TEST(service.created(CampaignUpload().file(test::lapsed_customers(1))).at("messagesSent").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(a_query_whose_client_has_left_is_cancelled)
{
    test::TestDatabase database;
    test::make_campaign(database, 1);
    test::Service service(database);
    struct Query
    {
        const char *target, *table, *part;
    };
    for (const auto& [target, table, part] : {
             Query{"/api/messages?status=sent", "messages", "offset $3::int"},
             Query{"/api/campaigns/sms_1_test01/timeline", "messages", "with edges as"},
             Query{"/api/reports/overview", "campaign_counters", "from report.days"},
             Query{"/api/audit?principal=key:ana", "audit_log", "from audit_log"},
         }) {
        const test::TableLock lock(database, table);
        const auto waits = [&, part = part] {
            return database.number(std::string("select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
                                               "and datname = current_database() and query like '%") +
                                   part + "%'") > 0;
        };
        {
            test::RawHttp client(service.port());
            client.send(test::get_request(target));
            test::wait_until("the query waits", waits);
        }
        test::wait_until("it has ended", [&] { return !waits(); }); // its statement_timeout is longer
    }
    BOOST_TEST(service.metric("waybill_http_clients_left_total") == 4);
}

BOOST_AUTO_TEST_CASE(a_principal_at_its_limit_of_searches_keeps_no_other_out)
{
    test::TestDatabase database;
    test::make_campaign(database, 1);
    const auto request_of = [&](const char* name, const char* target) {
        return test::with_token(test::get_request(target), test::add_key_named(database, name, "admin"));
    };
    const std::string search = request_of("ana", "/api/opt-outs?q=555");
    const std::string names = request_of("eva", "/api/campaigns/sms_1_test01/messages?q=Lee");
    const std::string whole = request_of("ben", "/api/opt-outs?q=%2B15550100000");
    test::Service service(database);
    test::wait_until("requests are let in", [&] { return service.ask(whole).status == 200; });
    std::deque<test::RawHttp> slow;
    {
        const test::TableLock lock(database, "opt_outs");
        for (int i = 0; i < 2; ++i) {
            slow.emplace_back(service.port());
            slow.back().send(search);
        }
        lock.wait_until_waited_for(2);
        const test::RawReply refused = service.ask(search);
        BOOST_TEST(refused.status == 429);
        BOOST_TEST(refused.field("Retry-After") == "5");
        BOOST_TEST(service.ask(names).status == 200);
    }
    BOOST_TEST(service.ask(whole).status == 200);
    test::wait_until("the searches have ended", [&] { return service.ask(search).status == 200; });
}

BOOST_AUTO_TEST_CASE(a_principal_at_its_limit_of_uploads_keeps_no_other_out)
{
    test::TestDatabase database;
    const std::string ana = test::add_key_named(database, "ana", "admin");
    const std::string ben = test::add_key_named(database, "ben", "admin");
    test::Service service(database);
    const auto upload = [](const std::string& key) {
        const CampaignUpload form = CampaignUpload().file(test::lapsed_customers(1));
        return test::with_token(form.request("/api/campaigns/sms/preview"), key);
    };
    test::wait_until("requests are let in", [&] { return service.ask(upload(ana)).status == 200; });
    {
        std::deque<test::RawHttp> unfinished;
        for (int i = 0; i < 8; ++i) {
            unfinished.emplace_back(service.port());
            const std::string request = upload(ana);
            unfinished.back().send(request.substr(0, request.size() - 10));
        }
        test::RawReply refused;
        test::wait_until("all have begun", [&] {
            refused = service.ask(upload(ana));
            return refused.status == 429;
        });
        BOOST_TEST(refused.field("Retry-After") == "5");
        BOOST_TEST(service.ask(upload(ben)).status == 200);
    }
    test::wait_until("they have ended", [&] { return service.ask(upload(ana)).status == 200; });
}

BOOST_AUTO_TEST_CASE(a_principal_at_its_limit_of_live_views_keeps_no_other_out)
{
    constexpr int each = 500;
    allow_descriptors(4 * each);
    test::TestDatabase database;
    test::make_campaign(database, 1);
    const std::string view = test::get_request("/api/campaigns/sms_1_test01/events");
    const std::string ana_key = test::add_key_named(database, "ana", "viewer");
    const std::string ana = test::with_token(view, ana_key);
    const std::string ben = test::with_token(view, test::add_key_named(database, "ben", "viewer"));
    test::Service service(database);
    const std::string list = test::with_token(test::get_request("/api/campaigns"), ana_key);
    test::wait_until("requests are let in", [&] { return service.ask(list).status == 200; });
    std::deque<test::RawHttp> streams;
    for (int i = 0; i < each; ++i) {
        streams.emplace_back(service.port());
        streams.back().send(ana);
    }
    for (auto& stream : streams)
        BOOST_REQUIRE(stream.receive_head().status == 200);
    const test::RawReply refused = service.ask(ana);
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(refused.field("Retry-After") == "5");
    test::RawHttp other(service.port());
    other.send(ben);
    BOOST_TEST(other.receive_head().status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
