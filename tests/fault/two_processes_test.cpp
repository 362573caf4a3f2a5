#include "tests/fault/due_receipts.hpp"
#include "tests/fault/kept_receipts.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr int campaigns = 40;
constexpr int messages_each = 50;
constexpr std::size_t connections = 16; // to each process
constexpr std::size_t block = 400;      // receipts that are shuffled: both processes get them at about the same time

using Receipts = std::vector<Receipt>;

// Every message is sent and then delivered, not delivered, or both; neighbours are of different campaigns.
Receipts all_receipts(const std::vector<db::MessageId>& messages)
{
    Receipts receipts;
    for (std::size_t place = 0; place < messages.size(); ++place) {
        const db::MessageId message = messages[place % campaigns * messages_each + place / campaigns];
        receipts.push_back({message, "queued", receipts.size()});
        receipts.push_back({message, "sent", receipts.size()});
        if (place % 3 != 0) receipts.push_back({message, "delivered", receipts.size()});
        if (place % 3 != 1) receipts.push_back({message, "undelivered", receipts.size()});
    }
    return receipts;
}

Receipts shuffled(Receipts receipts, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    for (std::size_t begin = 0; begin < receipts.size(); begin += block) {
        const std::size_t end = std::min(begin + block, receipts.size());
        std::shuffle(receipts.begin() + static_cast<std::ptrdiff_t>(begin),
                     receipts.begin() + static_cast<std::ptrdiff_t>(end), random);
    }
    return receipts;
}

// Posts them all to one process, in order, over several connections.
class Posting
{
public:
    Posting(const ServiceClient& waybill, Receipts receipts) : waybill_(waybill), receipts_(std::move(receipts))
    {
        for (std::size_t i = 0; i < connections; ++i)
            threads_.emplace_back([this] { work(); });
    }

    std::size_t acknowledged()
    {
        for (std::thread& thread : threads_)
            thread.join();
        return acknowledged_;
    }

private:
    void work()
    {
        RawHttp connection(waybill_.port());
        for (std::size_t place = next_++; place < receipts_.size(); place = next_++)
            if (connection.ask(signed_request(waybill_.origin(), receipts_[place])).status == 204) ++acknowledged_;
    }

    const ServiceClient& waybill_;
    const Receipts receipts_;
    std::atomic<std::size_t> next_{0}, acknowledged_{0};
    std::vector<std::thread> threads_;
};

std::int64_t counted(const ServiceClient& waybill, const std::string& result)
{
    return waybill.metric("waybill_receipts_total{result=\"" + result + "\"}");
}

} // namespace

BOOST_AUTO_TEST_SUITE(two_processes)

BOOST_AUTO_TEST_CASE(on_one_database_two_processes_take_the_same_receipts_and_count_each_once)
{
    const TestDatabase database;
    const Receipts receipts = all_receipts(accepted_messages(database, campaigns, messages_each));
    RunningSimulator twilio; // nothing is sent
    ServeProcess one(database, twilio), other(database, twilio);
    one.start();
    other.start();
    Posting to_one(one, shuffled(receipts, 1)), to_other(other, shuffled(receipts, 2));
    BOOST_TEST(to_one.acknowledged() == receipts.size());
    BOOST_TEST(to_other.acknowledged() == receipts.size());

    const auto total = static_cast<std::int64_t>(receipts.size());
    BOOST_TEST(counted(one, "kept") + counted(other, "kept") == total);
    BOOST_TEST(counted(one, "repeated") + counted(other, "repeated") == total);
    BOOST_TEST(counted(one, "journaled") + counted(other, "journaled") == 0);
    BOOST_TEST(one.terminate() == 0);
    BOOST_TEST(other.terminate() == 0);

    std::vector<PostedReceipt> posted;
    for (const Receipt& receipt : receipts)
        posted.push_back({receipt, true});
    BOOST_TEST(receipt_faults(database, posted) == "");
    BOOST_TEST(state_faults(database) == "");
    BOOST_TEST(database.counter_faults() == "");
    BOOST_TEST(database.number("select deadlocks from pg_stat_database where datname = current_database()") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
