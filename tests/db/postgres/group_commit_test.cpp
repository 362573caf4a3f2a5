#include "db/postgres/group_commit.hpp"

#include "tests/support/coroutine.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

// The commits of these tests are recorded instead of sent: the batching is what is under test, not PostgreSQL.
namespace
{

using namespace waybill;
namespace asio = boost::asio;

struct Recorder
{
    explicit Recorder(asio::io_context& context) : gate(context, asio::steady_timer::time_point::max()) {}

    // The first commit waits until it is let through, so that what arrives meanwhile forms one batch.
    asio::awaitable<void> apply(db::Batch<int> batch)
    {
        const std::span<const int> items = batch.items;
        batches.emplace_back(items.begin(), items.end());
        if (!open) {
            boost::system::error_code cancelled;
            co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        if (away) throw db::Unavailable("away");
        for (const int item : items)
            if (bad.contains(item)) throw db::DataError("bad item");
        for (const int item : items)
            stored.push_back(item);
    }
    void let_through()
    {
        open = true;
        gate.cancel();
    }

    asio::steady_timer gate;
    std::vector<std::vector<int>> batches;
    std::vector<int> stored;
    std::set<int> bad;
    bool open = false, away = false;
};

struct Fixture
{
    asio::io_context context{1};
    Recorder recorder{context};
    db::GroupCommit<int> commits{
        context.get_executor(), [this](db::Batch<int> batch) { return recorder.apply(std::move(batch)); }, {100, 50}};
    std::vector<int> written, refused, unavailable;

    asio::awaitable<void> write(int item)
    {
        try {
            co_await commits.write(item);
            written.push_back(item);
        }
        catch (const db::DataError&) {
            refused.push_back(item);
        }
        catch (const db::Unavailable&) {
            unavailable.push_back(item);
        }
    }
    void write_all(int count)
    {
        for (int item = 0; item < count; ++item)
            asio::co_spawn(context, write(item), asio::detached);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(group_commit, Fixture)

BOOST_AUTO_TEST_CASE(writes_that_arrive_during_a_commit_share_the_next_one)
{
    write_all(41);
    context.run_for(std::chrono::milliseconds(20));
    BOOST_TEST(recorder.batches.size() == 1U);
    recorder.let_through();
    context.run();
    BOOST_TEST(recorder.batches.size() == 2U);
    BOOST_TEST(recorder.batches[1].size() == 40U);
    BOOST_TEST(written.size() == 41U);
}

BOOST_AUTO_TEST_CASE(items_are_applied_in_the_order_in_which_they_were_written)
{
    recorder.open = true;
    write_all(100);
    context.run();
    BOOST_TEST(std::ranges::is_sorted(recorder.stored));
    BOOST_TEST(recorder.stored.size() == 100U);
}

BOOST_AUTO_TEST_CASE(a_bad_item_fails_alone)
{
    recorder.bad = {13};
    write_all(40);
    context.poll();
    recorder.let_through();
    context.run();
    BOOST_TEST(refused == std::vector<int>{13});
    BOOST_TEST(written.size() == 39U);
    std::ranges::sort(recorder.stored);
    BOOST_TEST((std::ranges::adjacent_find(recorder.stored) == recorder.stored.end()));
}

BOOST_AUTO_TEST_CASE(every_writer_of_a_failed_commit_is_told)
{
    recorder.away = true;
    write_all(10);
    context.poll();
    recorder.let_through();
    context.run();
    BOOST_TEST(unavailable.size() == 10U);
    BOOST_TEST(written.empty());
}

BOOST_AUTO_TEST_CASE(a_full_queue_refuses_at_once)
{
    write_all(150);
    context.poll();
    BOOST_TEST(unavailable.size() == 49U); // one is being committed, a hundred wait
    recorder.let_through();
    context.run();
    BOOST_TEST(written.size() == 101U);
}

BOOST_AUTO_TEST_CASE(a_second_batch_is_handed_over_once_it_is_as_large_as_the_one_in_flight)
{
    db::GroupCommit<int> ahead(context.get_executor(),
                               [this](db::Batch<int> batch) { return recorder.apply(std::move(batch)); }, {100, 10, 2});
    const auto write_ahead = [&](int count) {
        for (int item = 0; item < count; ++item)
            asio::co_spawn(context, ahead.write(item), asio::detached);
        context.poll();
    };
    write_ahead(1);
    BOOST_TEST(recorder.batches.size() == 1U);
    write_ahead(1);
    BOOST_TEST(recorder.batches.size() == 2U);
    write_ahead(25); // two are in flight: these wait
    BOOST_TEST(recorder.batches.size() == 2U);
    recorder.let_through();
    context.run();
    BOOST_TEST(recorder.stored.size() == 27U);
    BOOST_TEST(recorder.batches[2].size() == 10U);
}

BOOST_AUTO_TEST_SUITE_END()
