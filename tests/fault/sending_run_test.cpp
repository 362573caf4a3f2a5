#include "tests/fault/run_length.hpp"
#include "tests/fault/sending_faults.hpp"
#include "tests/fault/sending_ledger.hpp"
#include "tests/fault/sending_load.hpp"
#include "tests/support/polling.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>
#include <vector>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr std::int64_t usual_seconds = 20;
constexpr std::chrono::seconds longest_aftermath{90};

// Each fault once, in an order of its own, and then any of them until the time is over; a campaign begins with each.
void let_things_happen(SendingFaults& faults, SendingLoad& load, const ServiceClient& waybill, const RunLength& run)
{
    std::mt19937_64 random(run.seed);
    std::vector<SendingFaults::Fault> order(SendingFaults::all().begin(), SendingFaults::all().end());
    std::ranges::shuffle(order, random);
    const auto end = std::chrono::steady_clock::now() + run.duration;
    for (std::size_t place = 0; place < order.size() || std::chrono::steady_clock::now() < end; ++place) {
        load.upload(waybill);
        faults.happen(order[place < order.size() ? place : random() % order.size()]);
        load.resume_all(waybill);
    }
}

std::string statuses(const TestDatabase& database)
{
    return database.value("select string_agg(n || ' ' || status, ', ' order by status) from "
                          "(select status, count(*) as n from messages group by status) as each");
}

} // namespace

BOOST_AUTO_TEST_SUITE(sending_run)

BOOST_AUTO_TEST_CASE(whatever_fails_or_dies_nobody_is_texted_twice_and_everybody_is_accounted_for)
{
    const RunLength run(usual_seconds);
    std::cerr << "sending run of " << run.duration.count() << " seconds: WAYBILL_FAULT_SEED=" << run.seed << std::endl;

    const TestDatabase database;
    const SimulatorProcess twilio({{"seed", std::to_string(run.seed)}});
    twilio.set(SendingFaults::usual_troubles());
    const std::map<std::string, std::string> settings{{"MESSAGES_PER_SECOND", "80"}, {"LEASE_SECONDS", "3"}};
    ServeProcess one(database, twilio.origin(), settings), other(database, twilio.origin(), settings);
    one.start();
    other.start();
    SendingFaults faults(database, twilio, one, other, run.seed);
    SendingLoad load(database);
    let_things_happen(faults, load, one, run);

    const auto is_through = [&] {
        load.resume_all(one);
        return load.is_through();
    };
    wait_until("everything is sent", is_through, longest_aftermath);
    twilio.wait_until_quiet();
    BOOST_TEST(one.terminate() == 0);
    BOOST_TEST(other.terminate() == 0);
    const Ledger ledger = twilio.ledger();
    std::cerr << load.campaigns() << " campaigns: " << statuses(database) << "; " << ledger.size()
              << " in Twilio's ledger" << std::endl;

    BOOST_TEST(ledger_faults(database, ledger) == "");
    BOOST_TEST(budget_faults(database, ledger) == "");
    BOOST_TEST(opt_out_faults(database, ledger) == "");
    BOOST_TEST(database.counter_faults() == "");
    BOOST_TEST(database.number("select count(*) from messages where status in ('pending', 'sending')") == 0);
    const auto uploaded = static_cast<std::int64_t>(load.campaigns() * SendingLoad::recipients_each);
    BOOST_TEST(database.number("select count(*) from messages") == uploaded);
    BOOST_TEST(database.number("select deadlocks from pg_stat_database where datname = current_database()") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
