#include "server/cli/commands.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace waybill;

namespace
{

struct Fixture
{
    test::TestDatabase database;

    std::pair<int, std::string> check(const std::string& url)
    {
        config::Settings settings;
        settings.database_url = url;
        std::ostringstream out;
        const int status = cli::run_backup_check(settings, out);
        return {status, out.str()};
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(backup_check, Fixture)

BOOST_AUTO_TEST_CASE(a_database_whose_figures_add_up_passes_and_one_that_lost_something_does_not)
{
    test::Service service(database);
    service.created(test::CampaignUpload().file(test::lapsed_customers(3)));
    service.twilio().wait_until_quiet();
    const auto [status, text] = check(database.url());
    BOOST_TEST(status == 0, text);
    BOOST_TEST(text.find("1 campaigns, 3 messages, 0 opt-outs\nAll figures add up.") != std::string::npos, text);

    const struct
    {
        const char* damage;
        const char* words;
    } cases[] = {
        {"update campaign_counters set delivered = delivered - 1, sent = sent + 1", "the counters of campaign sms_"},
        {"update campaign_counters set delivered = delivered + 1, sent = sent - 1; update receipt_counters set "
         "delivered = delivered + 1",
         "the counters of campaign sms_"},
        {"update messages set status = 'pending' where id = (select min(id) from messages)", "waits to be sent"},
        {"insert into outbox (message_id, campaign_id, leased_until) values (17, 17, now() + interval '1 day')",
         "the outbox has message 17"},
    };
    for (const auto& each : cases) {
        database.exec(each.damage);
        const auto [damaged, sentences] = check(database.url());
        BOOST_TEST(damaged == 1, each.damage);
        BOOST_TEST(sentences.find(each.words) != std::string::npos, sentences);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_database_of_waybill_is_named)
{
    database.exec("drop table campaign_tallies cascade");
    const auto [status, text] = check(database.url());
    BOOST_TEST(status == 1);
    BOOST_TEST(text.find("could not be checked") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
