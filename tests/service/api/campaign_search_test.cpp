#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::RawReply;

namespace json = boost::json;

namespace
{

struct Fixture
{
    std::string make(CampaignUpload upload) const
    {
        const json::object data = service.created(upload.file(test::lapsed_customers(1)));
        std::string id(data.at("campaignId").as_string());
        service.wait_until_final(id);
        return id;
    }

    // Names of the campaigns found, in their order.
    std::string found(const std::string& query) const
    {
        std::string names;
        const json::object page = service.get_json("/api/campaigns?" + query);
        for (const json::value& campaign : page.at("campaigns").as_array())
            names += (names.empty() ? "" : " ") + std::string(campaign.at("name").as_string());
        return names;
    }

    test::TestDatabase database;
    test::Service service{database};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(campaign_search, Fixture)

BOOST_AUTO_TEST_CASE(campaigns_are_found_by_the_words_of_their_texts)
{
    make(CampaignUpload().with("name", "first").with("offer", "100% off_pizza"));
    make(CampaignUpload().with("name", "second").with("restaurantName", "Chez Zoé").with("reference", "A-4711"));
    const std::string third = make(CampaignUpload().with("name", "third").with("offerCode", "AUTUMN"));
    const std::pair<const char*, const char*> searches[] = {{"luigi", "third first"},
                                                            {"LUIGI%20Pizza", "first"},
                                                            {"100%25", "first"},
                                                            {"%25", "third second first"}, // no pattern
                                                            {"f_p", "first"},
                                                            {"zo%C3%89", "second"},
                                                            {"4711", "second"},
                                                            {"autumn", "third"},
                                                            {"second", "second"},
                                                            {"pizza%20autumn", ""},
                                                            {"20%25%20off", "third second"},
                                                            {"%20%20third%20", "third"},
                                                            {"'%20or%20true", ""}};
    for (const auto& [words, names] : searches)
        BOOST_TEST(found(std::string("search=") + words) == names, words);
    BOOST_TEST(found("search=" + third) == "third");
    BOOST_TEST(found("search=") == "third second first");
}

BOOST_AUTO_TEST_CASE(what_was_found_comes_page_by_page)
{
    for (const char* name : {"first", "second", "third"})
        make(CampaignUpload().with("name", name));
    make(CampaignUpload().with("name", "other").with("restaurantName", "Zoé's"));
    const json::object page = service.get_json("/api/campaigns?search=luigi&limit=2");
    BOOST_TEST(page.at("campaigns").as_array().size() == 2U);
    const std::string next(page.at("nextCursor").as_string());
    BOOST_TEST(found("search=luigi&limit=2&cursor=" + next) == "first");
    BOOST_TEST(service.get_json("/api/campaigns?search=luigi&limit=2&cursor=" + next).at("nextCursor").is_null());
}

BOOST_AUTO_TEST_CASE(a_search_looks_at_a_bounded_number_of_campaigns_and_says_where_it_stopped)
{
    make(CampaignUpload().with("name", "oldest").with("restaurantName", "Needle"));
    database.exec(
        "insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, "
        "lapsed_after_days, sender, simulated, price_per_segment, status, sample_body, valid_rows, rejected_rows, "
        "duplicate_rows, opted_out_rows, total, total_segments, created_by, completed_at) "
        "select 'sms_1_' || n, 'hay', 'Hay', 'hay', 'HAY', 'hay', 30, '', true, 75, 'completed', '', 0, 0, 0, 0, "
        "0, 0, 'local', now() from generate_series(1, 12000) as n; "
        "insert into campaign_counters (campaign_id) select id from campaigns where name = 'hay'; "
        "analyze campaigns, campaign_counters");
    const json::object page = service.get_json("/api/campaigns?search=needle");
    BOOST_TEST(page.at("campaigns").as_array().empty());
    const std::string next(page.at("nextCursor").as_string());
    BOOST_TEST(found("search=needle&cursor=" + next) == "oldest");
    const json::object many = service.get_json("/api/campaigns?search=hay&limit=3");
    BOOST_TEST(many.at("campaigns").as_array().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_faulty_search_is_refused_and_a_viewer_may_search)
{
    for (const char* query : {"search=%20", "search=%FF", "search=a%00b", "q=luigi"})
        BOOST_TEST(service.get(std::string("/api/campaigns?") + query).status == 422, query);
    BOOST_TEST(service.get("/api/campaigns?search=" + std::string(101, 'x')).status == 422);
    BOOST_TEST(service.get("/api/campaigns?search=" + std::string(100, 'x')).status == 200);
    make(CampaignUpload().with("name", "first"));
    make(CampaignUpload().with("name", "second"));
    const std::string viewer = test::add_key(database, "viewer");
    test::wait_until_closed(service);
    const auto ask = [&](const std::string& query) {
        return test::json_of(service.ask(test::with_token(test::get_request("/api/campaigns?" + query), viewer)));
    };
    const json::value page = ask("search=luigi&limit=1");
    BOOST_TEST(page.at("campaigns").at(0).at("name").as_string() == "second");
    const json::value rest = ask("search=luigi&limit=1&cursor=" + std::string(page.at("nextCursor").as_string()));
    BOOST_TEST(rest.at("campaigns").at(0).at("name").as_string() == "first");
}

BOOST_AUTO_TEST_CASE(a_campaign_says_when_its_messages_were_removed_and_keeps_its_figures)
{
    const std::string id = make(CampaignUpload());
    service.twilio().wait_until_quiet();
    BOOST_TEST(service.get_json("/api/campaigns/" + id).at("messagesRemovedAt").is_null());
    const json::value figures = service.status(id).at("metrics");
    database.exec(
        "delete from messages; update campaigns set messages_removed_at = '2026-03-31T12:00:00Z', sample_body = ''");
    for (const std::string& route : {"/api/campaigns/" + id, "/api/campaigns/sms/status/" + id}) {
        const json::object campaign = service.get_json(route);
        BOOST_TEST(campaign.at("messagesRemovedAt").as_string() == "2026-03-31T12:00:00Z");
        BOOST_TEST(campaign.at("metrics") == figures);
    }
    const json::object list = service.get_json("/api/campaigns?search=luigi");
    BOOST_TEST(list.at("campaigns").at(0).at("messagesRemovedAt").as_string() == "2026-03-31T12:00:00Z");
}

BOOST_AUTO_TEST_SUITE_END()
