#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <vector>

namespace
{

using namespace waybill;

using test::receipt;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.receipt_options()};
    db::ReceiptStore receipts{database, test::account_sid};

    Fixture()
    {
        test::make_campaign(postgres, 1);
        postgres.exec("update messages set status = 'sending', claimed_at = now()");
        postgres.exec("update campaign_counters set pending = 0, sending = 1");
    }
    void apply(const std::string& word, std::optional<int> code = std::nullopt)
    {
        const std::vector<db::Receipt> batch{receipt(test::message_ids(postgres).front(), word, code)};
        test::run(receipts.apply(batch));
    }
    std::string message() const
    {
        return postgres.value("select status || ' ' || coalesce(error_code::text, 'no code') from messages");
    }
    std::string errors() const
    {
        return postgres.value("select coalesce(string_agg(key || ': ' || count, ', ' order by key), '') "
                              "from tally_figures where kind = 'error' and count > 0");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(late_reasons, Fixture)

BOOST_AUTO_TEST_CASE(the_same_end_again_with_an_error_code_fills_in_the_missing_one)
{
    apply("sent");
    apply("undelivered");
    BOOST_TEST(message() == "undelivered no code");
    BOOST_TEST(errors() == "0: 1");
    apply("undelivered", 30003);
    BOOST_TEST(message() == "undelivered 30003");
    BOOST_TEST(errors() == "30003: 1");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_known_error_code_stays)
{
    apply("failed", 30008);
    apply("failed", 30003);
    apply("failed");
    BOOST_TEST(message() == "failed 30008");
    BOOST_TEST(errors() == "30008: 1");
}

BOOST_AUTO_TEST_CASE(another_end_gives_no_reason_for_this_one)
{
    apply("delivered");
    apply("undelivered", 30003);
    BOOST_TEST(message() == "delivered no code");
    BOOST_TEST(errors() == "");
}

BOOST_AUTO_TEST_SUITE_END()
