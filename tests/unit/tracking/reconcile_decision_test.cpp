#include "server/tracking/reconcile_decision.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;
using db::MessageStatus;
using tracking::decide_fetched;
using tracking::decide_listed;
using tracking::LookResult;
using twilio::MessageRecord;

namespace
{

const db::Time claimed{std::chrono::sys_days(std::chrono::year(2026) / 3 / 31) + 12h};
const db::Time now = claimed + 10min;

db::Lookup lost_message()
{
    db::Lookup lookup;
    lookup.id = 17;
    lookup.status = MessageStatus::unknown;
    lookup.sender = "+15005550006";
    lookup.recipient = "+15550100000";
    lookup.body = "Hi Ana";
    lookup.claimed_at = claimed;
    lookup.lost_at = claimed + 30s;
    return lookup;
}

db::Lookup sent_message()
{
    db::Lookup lookup = lost_message();
    lookup.status = MessageStatus::sent;
    lookup.sid = "SM00000000000000000000000000000001";
    lookup.lost_at.reset();
    return lookup;
}

MessageRecord record(const std::string& status, const std::string& sid = "SM00000000000000000000000000000001")
{
    MessageRecord record;
    record.sid = sid;
    record.status = status;
    record.to = "+15550100000";
    record.from = "+15005550006";
    record.body = "Hi Ana";
    record.date_created = "Tue, 31 Mar 2026 12:00:05 +0000";
    return record;
}

} // namespace

BOOST_AUTO_TEST_SUITE(reconcile_decision)

BOOST_AUTO_TEST_CASE(what_twilio_says_becomes_an_event)
{
    MessageRecord reported = record("undelivered");
    reported.error_code = 30003;
    reported.num_segments = 2;
    reported.price_micros = 15'000;
    reported.price_unit = "usd";
    const auto decision = decide_fetched(sent_message(), reported, now);
    BOOST_TEST((decision.result == LookResult::settled));
    BOOST_TEST(decision.outcome.message_id == 17);
    const db::HistoryEntry& event = decision.outcome.entry.value();
    BOOST_TEST(event.message_id == 17);
    BOOST_TEST((event.at == now));
    BOOST_TEST(event.word == "undelivered");
    BOOST_TEST((event.status == MessageStatus::undelivered));
    BOOST_TEST(event.proves_acceptance);
    BOOST_TEST(event.sid == reported.sid);
    BOOST_TEST(event.error_code.value() == 30003);
    BOOST_TEST(event.segments.value() == 2);
    BOOST_TEST(event.price_micros.value() == 15'000);
}

BOOST_AUTO_TEST_CASE(every_status_is_an_end_or_is_looked_at_again)
{
    const struct
    {
        std::string word;
        std::optional<MessageStatus> status;
        LookResult result;
    } cases[] = {
        {"queued", MessageStatus::accepted, LookResult::open},
        {"accepted", MessageStatus::accepted, LookResult::open},
        {"sending", MessageStatus::accepted, LookResult::open},
        {"sent", MessageStatus::sent, LookResult::open},
        {"delivered", MessageStatus::delivered, LookResult::settled},
        {"undelivered", MessageStatus::undelivered, LookResult::settled},
        {"failed", MessageStatus::failed, LookResult::settled},
        {"canceled", MessageStatus::canceled, LookResult::settled},
        {"read", MessageStatus::read, LookResult::settled},
        {"partially_delivered", std::nullopt, LookResult::open},
    };
    for (const auto& each : cases) {
        const auto decision = decide_fetched(sent_message(), record(each.word), now);
        BOOST_TEST((decision.result == each.result), each.word);
        BOOST_TEST((decision.outcome.entry->status == each.status), each.word);
        BOOST_TEST((decision.outcome.look_again == now + 10min), each.word);
    }
}

BOOST_AUTO_TEST_CASE(a_price_in_another_currency_is_not_taken_for_dollars)
{
    MessageRecord reported = record("delivered");
    reported.price_micros = 15'000;
    reported.price_unit = "EUR";
    BOOST_TEST(!decide_fetched(sent_message(), reported, now).outcome.entry->price_micros);
}

BOOST_AUTO_TEST_CASE(a_sid_that_twilio_does_not_know_changes_nothing_and_is_asked_for_again_after_a_day)
{
    const auto decision = decide_fetched(sent_message(), twilio::Rejected{404, 20404, "not found"}, now);
    BOOST_TEST((decision.result == LookResult::not_found));
    BOOST_TEST(!decision.outcome.entry->status);
    BOOST_TEST(!decision.outcome.entry->proves_acceptance);
    BOOST_TEST((decision.outcome.look_again == now + 24h));
}

BOOST_AUTO_TEST_CASE(no_answer_tells_nothing_and_the_look_is_repeated_within_an_hour)
{
    const db::Lookup old = [] {
        db::Lookup lookup = sent_message();
        lookup.claimed_at = now - 12h;
        return lookup;
    }();
    const twilio::FetchResult fetched[] = {twilio::Rejected{401, 20003, "Authenticate"}, twilio::Unknown{"timeout"},
                                           twilio::Throttled{90s}};
    for (const auto& result : fetched) {
        const auto decision = decide_fetched(old, result, now);
        BOOST_TEST((decision.result == LookResult::unanswered));
        BOOST_TEST(!decision.outcome.entry);
        BOOST_TEST((decision.outcome.look_again == now + 1h));
        BOOST_TEST(!decision.reason.empty());
    }
    BOOST_TEST((decide_fetched(old, twilio::Throttled{90s}, now).pause == 90s));
    const twilio::ListResult listed[] = {twilio::Rejected{404, 20404, "no such account"}, twilio::Unknown{"timeout"},
                                         twilio::Throttled{}};
    for (const auto& result : listed)
        BOOST_TEST((decide_listed(lost_message(), result, {}, now).result == LookResult::unanswered));
}

BOOST_AUTO_TEST_CASE(a_lost_message_is_the_one_record_that_fits)
{
    std::vector<MessageRecord> records(7, record("delivered"));
    for (std::size_t index = 0; index < records.size(); ++index)
        records[index].sid.back() = static_cast<char>('1' + index);
    records[1].to = "+15550100001";
    records[2].from = "+15005550007";
    records[3].body = "Hi Ben";
    records[4].date_created =
        "Tue, 31 Mar 2026 11:58:59 +0000"; // a second before the claim, with a minute for the clocks
    records[5].date_created = "Tue, 31 Mar 2026 12:01:31 +0000"; // after its reply was lost
    records[6].date_created = "";
    const auto decision = decide_listed(lost_message(), records, {}, now);
    BOOST_TEST((decision.result == LookResult::settled));
    BOOST_TEST(decision.outcome.entry->sid == records[0].sid);
    records.erase(records.begin());
    BOOST_TEST((decide_listed(lost_message(), records, {}, now).result == LookResult::not_found));
}

BOOST_AUTO_TEST_CASE(the_sender_counts_only_when_it_is_known)
{
    db::Lookup lookup = lost_message();
    lookup.sender.clear();
    MessageRecord reported = record("queued");
    reported.from = "+15005550009";
    const auto decision = decide_listed(lookup, std::vector{reported}, {}, now);
    BOOST_TEST((decision.result == LookResult::open));
    BOOST_TEST((decision.outcome.entry->status == MessageStatus::accepted));
}

BOOST_AUTO_TEST_CASE(without_clear_evidence_a_lost_message_stays_unknown)
{
    const MessageRecord one = record("delivered");
    const MessageRecord other = record("delivered", "SM00000000000000000000000000000002");
    const struct
    {
        const char* what;
        std::vector<MessageRecord> records;
        db::Rivals rivals;
        LookResult result;
    } cases[] = {
        {"nothing is listed", {}, {}, LookResult::not_found},
        {"two fit", {one, other}, {}, LookResult::not_found},
        {"the one that fits is another message of ours", {one}, {{one.sid}, false}, LookResult::not_found},
        {"of two, one is another message of ours", {one, other}, {{other.sid}, false}, LookResult::settled},
        {"another message of ours is as likely", {one}, {{}, true}, LookResult::not_found},
    };
    for (const auto& each : cases) {
        const auto decision = decide_listed(lost_message(), each.records, each.rivals, now);
        BOOST_TEST((decision.result == each.result), each.what);
        if (each.result == LookResult::settled) continue;
        BOOST_TEST(!decision.outcome.entry->status, each.what);
        BOOST_TEST(decision.outcome.entry->sid == "", each.what);
    }
}

BOOST_AUTO_TEST_CASE(a_message_is_looked_at_again_when_it_is_twice_as_old_until_two_weeks_have_passed)
{
    const struct
    {
        std::chrono::seconds age;
        std::optional<std::chrono::seconds> next;
    } cases[] = {{-5s, 55s},      {0s, 60s},       {10s, 70s},       {60s, 120s},    {12h, 24h},    {24h, 48h},
                 {6 * 24h, 288h}, {8 * 24h, 336h}, {13 * 24h, 336h}, {14 * 24h, {}}, {30 * 24h, {}}};
    for (const auto& each : cases) {
        const auto next = tracking::next_look(lost_message(), claimed + each.age);
        BOOST_TEST(next.has_value() == each.next.has_value(), each.age.count());
        if (next && each.next) BOOST_TEST((*next == claimed + *each.next), each.age.count());
    }
}

BOOST_AUTO_TEST_SUITE_END()
