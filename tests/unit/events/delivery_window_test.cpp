#include "server/events/delivery_window.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace waybill;
using namespace std::chrono_literals;
using db::DeliveryState;
using events::Answer;
using events::Attempt;

namespace
{

const Answer accepted{true, 204, "", 3ms};
const Answer refused{false, 500, "out of order", 3ms};

db::Event event_of(db::EventNumber number, std::optional<std::int64_t> key)
{
    db::Event event;
    event.number = number;
    event.order_key = key;
    return event;
}

struct Fixture
{
    events::DeliveryWindow window{10, {5s, 300s}};

    // Events 11, 12, …, each of the given message.
    void read(const std::vector<std::optional<std::int64_t>>& keys)
    {
        db::EventPage page;
        for (const auto& key : keys) {
            page.last = std::max(page.last, window.last_read()) + 1;
            page.wanted.push_back(event_of(page.last, key));
        }
        window.add(std::move(page));
    }

    db::EventNumber take()
    {
        taken.push_back(window.take(false).value());
        return taken.back().event.number;
    }

    void finish(db::EventNumber number, const Answer& answer)
    {
        const auto found =
            std::find_if(taken.begin(), taken.end(), [&](const Attempt& each) { return each.event.number == number; });
        window.finish(*found, answer);
        taken.erase(found);
    }

    // As the database keeps it.
    db::Progress keep(const std::vector<std::int64_t>& still_waiting = {})
    {
        db::Progress progress = window.take_progress();
        window.kept(progress, still_waiting);
        return progress;
    }

    std::vector<Attempt> taken;
};

std::string states_of(const db::Progress& progress)
{
    std::string states;
    for (const db::DeliveryRecord& record : progress.records)
        states += std::to_string(record.number) + "dwbf"[static_cast<std::size_t>(record.state)] + " ";
    return states;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(delivery_window, Fixture)

BOOST_AUTO_TEST_CASE(events_of_different_messages_are_in_flight_together)
{
    read({1, 2, std::nullopt, std::nullopt});
    for (const db::EventNumber number : {11, 12, 13, 14})
        BOOST_TEST(take() == number);
    BOOST_TEST(!window.take(false));
    BOOST_TEST(window.in_flight() == 4);
}

BOOST_AUTO_TEST_CASE(events_of_one_message_leave_one_after_the_other)
{
    read({1, 1, 2, 1});
    BOOST_TEST(take() == 11);
    BOOST_TEST(take() == 13);
    BOOST_TEST(!window.take(false));
    finish(11, accepted);
    BOOST_TEST(take() == 12);
    BOOST_TEST(!window.take(false));
    finish(12, accepted);
    BOOST_TEST(take() == 14);
}

BOOST_AUTO_TEST_CASE(the_position_never_passes_an_event_that_is_not_written_down)
{
    read({1, 2, 3});
    take();
    take();
    take();
    finish(12, accepted);
    BOOST_TEST(keep().position == 10);
    finish(11, accepted);
    BOOST_TEST(keep().position == 12);
    BOOST_TEST(!window.has_progress());
    finish(13, accepted);
    BOOST_TEST(keep().position == 13);
}

BOOST_AUTO_TEST_CASE(events_that_the_endpoint_does_not_want_move_the_position)
{
    db::EventPage page;
    page.last = 500;
    page.looked_at = 490;
    window.add(std::move(page));
    BOOST_TEST(window.has_progress());
    BOOST_TEST(keep().position == 500);
}

BOOST_AUTO_TEST_CASE(later_events_of_a_message_wait_behind_one_that_was_refused)
{
    read({1, 1});
    take();
    finish(11, refused);
    BOOST_TEST(!window.take(false)); // set aside instead
    db::Progress progress = keep({1});
    BOOST_TEST(states_of(progress) == "11w 12b ");
    BOOST_TEST((progress.records[0].wait == 5s));
    BOOST_TEST(progress.position == 12);
    BOOST_TEST((progress.keys == std::vector<std::int64_t>{1}));
    read({1});
    BOOST_TEST(!window.take(false));
    BOOST_TEST(states_of(keep({1})) == "13b ");
}

BOOST_AUTO_TEST_CASE(when_the_last_waiting_event_was_accepted_the_message_is_free_again)
{
    window.block({1});
    window.add(std::vector<db::DueEvent>{{event_of(7, 1), 1}});
    BOOST_TEST(take() == 7);
    finish(7, accepted);
    const db::Progress progress = window.take_progress();
    BOOST_TEST((progress.keys == std::vector<std::int64_t>{1}));
    read({1});
    BOOST_TEST(!window.take(false)); // 11 was set aside before it was known that nothing waits any more
    window.kept(progress, {});
    read({1});
    BOOST_TEST(!window.take(false)); // 12 does not overtake it
    BOOST_TEST(states_of(keep({})) == "11b 12b ");
    read({1});
    BOOST_TEST(take() == 13);
}

BOOST_AUTO_TEST_CASE(a_due_event_that_is_under_way_is_not_taken_twice)
{
    window.add(std::vector<db::DueEvent>{{event_of(7, 1), 1}});
    take();
    window.add(std::vector<db::DueEvent>{{event_of(7, 1), 1}});
    BOOST_TEST(!window.take(false));
    finish(7, refused);
    BOOST_TEST((keep({1}).records[0].wait == 300s));
    window.add(std::vector<db::DueEvent>{{event_of(7, 1), 2}});
    BOOST_TEST(take() == 7);
}

// Of the lane before: 12 was delivered, 13 waits for its next attempt.
BOOST_AUTO_TEST_CASE(what_has_a_delivery_beyond_the_position_is_not_taken_from_the_page)
{
    window.block({3});
    window.skip({12, 13});
    window.add({{event_of(13, 3), 1}});
    read({1, 2, 3, 3});
    BOOST_TEST(take() == 13);
    BOOST_TEST(take() == 11);
    BOOST_TEST(!window.take(false).has_value());
    finish(13, accepted);
    finish(11, accepted);
    const db::Progress progress = keep({3});
    BOOST_TEST(progress.position == 14);
    std::vector<db::EventNumber> numbers;
    for (const db::DeliveryRecord& record : progress.records)
        numbers.push_back(record.number);
    std::ranges::sort(numbers);
    BOOST_TEST(numbers == (std::vector<db::EventNumber>{11, 13, 14}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(after_the_last_attempt_the_endpoint_is_exhausted)
{
    window.add(std::vector<db::DueEvent>{{event_of(7, 1), 2}});
    take();
    BOOST_TEST(!window.is_exhausted());
    finish(7, refused);
    BOOST_TEST(window.is_exhausted());
    BOOST_TEST(window.last_fault() == "out of order");
    BOOST_TEST(states_of(keep()) == "7f ");
}

BOOST_AUTO_TEST_CASE(failures_in_a_row_are_counted_and_a_success_ends_the_row)
{
    read({1, 2, 3});
    take();
    take();
    take();
    finish(11, refused);
    finish(12, refused);
    BOOST_TEST(window.failures_in_row() == 2);
    finish(13, accepted);
    BOOST_TEST(window.failures_in_row() == 0);
}

BOOST_AUTO_TEST_CASE(new_events_wait_when_only_retries_may_leave)
{
    read({1});
    window.add(std::vector<db::DueEvent>{{event_of(7, 2), 1}});
    BOOST_TEST(window.take(true).value().event.number == 7);
    BOOST_TEST(!window.take(true));
    BOOST_TEST(take() == 11);
}

BOOST_AUTO_TEST_SUITE_END()
