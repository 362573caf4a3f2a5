#include "tests/fault/sending_ledger.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::test;

namespace json = boost::json;

namespace
{

// Three messages: two that Twilio has, one that it refused.
struct Fixture
{
    Fixture()
    {
        make_campaign(database, 3);
        for (const waybill::db::MessageId id : message_ids(database))
            ids.push_back(std::to_string(id));
        set_status(0, "delivered");
        set_status(1, "unknown");
        set_status(2, "failed");
        ledger = {line(0, "+15550100000"), line(1, "+15550100001")};
    }

    void set_status(std::size_t place, const std::string& status) const
    {
        database.exec("update messages set status = '" + status + "' where id = " + ids[place]);
    }

    json::object line(std::size_t place, const std::string& to) const
    {
        return {{"to", to},
                {"segments", 1},
                {"status", "delivered"},
                {"callbacks_acknowledged", 0},
                {"status_callback", "http://127.0.0.1:1/webhooks/twilio/status/" + ids[place] + "#rc=5"}};
    }

    bool finds(const std::string& words) const
    {
        return ledger_faults(database, ledger).find(words) != std::string::npos;
    }

    const TestDatabase database;
    std::vector<std::string> ids;
    Ledger ledger;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sending_ledger, Fixture)

BOOST_AUTO_TEST_CASE(what_is_as_it_should_be_has_no_faults)
{
    BOOST_TEST(ledger_faults(database, ledger) == "");
    BOOST_TEST(budget_faults(database, ledger) == "");
    BOOST_TEST(opt_out_faults(database, ledger) == "");
}

BOOST_AUTO_TEST_CASE(each_fault_is_found)
{
    ledger.push_back(ledger.front());
    BOOST_TEST(finds(ids[0] + " was sent twice"));
    ledger.back() = line(2, "+15550100002");
    BOOST_TEST(finds(ids[2] + " is failed, but Twilio has it as delivered"));
    ledger.back() = line(2, "+15550100003");
    BOOST_TEST(finds("went to +15550100003, not to +15550100002"));
    ledger.pop_back();
    ledger.back()["callbacks_acknowledged"] = 1;
    BOOST_TEST(finds(ids[1] + " is unknown, but Twilio has it as delivered and has reported it"));
    ledger.erase(ledger.begin());
    BOOST_TEST(finds(ids[0] + " is delivered, but Twilio has it not"));
    database.exec("delete from messages where id = " + ids[1]);
    BOOST_TEST(finds(ids[1] + " is none of ours"));
}

BOOST_AUTO_TEST_CASE(an_overspent_budget_and_a_text_after_an_opt_out_are_found)
{
    database.exec("update campaigns set max_cost = price_per_segment");
    BOOST_TEST(budget_faults(database, ledger).find("sent 2 of 1 segments") != std::string::npos);
    database.exec("insert into opt_outs (phone_number, source) values ('+15550100001', 'test')");
    BOOST_TEST(opt_out_faults(database, ledger).find("+15550100001") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
