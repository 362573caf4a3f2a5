#include "server/tracking/receipt_alarm.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;
using News = tracking::SilenceDetector::News;

namespace
{

const db::Time start{std::chrono::sys_days(std::chrono::year(2026) / 3 / 31)};

struct Look
{
    std::chrono::seconds at;
    std::uint64_t accepted;
    std::chrono::seconds last_receipt; // since the start; 0: none yet
    News news;
};

void check(const std::vector<Look>& looks)
{
    tracking::SilenceDetector detector(600s);
    for (const Look& look : looks) {
        tracking::ReceiptFlow flow;
        flow.accepted = look.accepted;
        if (look.last_receipt != 0s) flow.last_receipt = start + look.last_receipt;
        BOOST_TEST((detector.observe(start + look.at, flow) == look.news), "at " << look.at.count());
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(receipt_alarm)

BOOST_AUTO_TEST_CASE(nothing_is_said_while_nothing_is_sent)
{
    check({{0s, 0, 0s, News::none}, {700s, 0, 0s, News::none}, {90'000s, 0, 0s, News::none}});
}

BOOST_AUTO_TEST_CASE(nothing_is_said_while_receipts_come)
{
    check({{10s, 5, 9s, News::none},
           {500s, 50, 499s, News::none},
           {1'000s, 90, 999s, News::none},
           {2'000s, 90, 999s, News::none}});
}

BOOST_AUTO_TEST_CASE(silence_is_told_once_in_a_patience_after_the_first_message_and_the_flow_again)
{
    check({{10s, 1, 0s, News::none},
           {609s, 20, 0s, News::none},
           {610s, 20, 0s, News::silent},
           {640s, 30, 0s, News::none},
           {1'209s, 30, 0s, News::none},
           {1'210s, 30, 0s, News::silent},
           {1'240s, 30, 1'235s, News::flowing},
           {1'270s, 31, 1'265s, News::none}});
}

BOOST_AUTO_TEST_CASE(the_wait_begins_with_the_first_message_after_the_last_receipt)
{
    check({{10s, 5, 9s, News::none},
           {5'000s, 5, 9s, News::none},
           {5'010s, 6, 9s, News::none},
           {5'600s, 6, 9s, News::none},
           {5'610s, 6, 9s, News::silent}});
}

BOOST_AUTO_TEST_SUITE_END()
