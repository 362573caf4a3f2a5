#include "tests/fault/faults.hpp"

#include "tests/support/polling.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <thread>

namespace waybill::test
{

namespace
{

constexpr std::chrono::milliseconds promptly{500};
constexpr const char* smallest_journal = "65536"; // bytes

} // namespace

std::span<const Faults::Fault> Faults::all()
{
    static constexpr std::array faults{
        Fault{"Waybill is killed", &Faults::waybill_is_killed},
        Fault{"Waybill is asked to end", &Faults::waybill_is_asked_to_end},
        Fault{"PostgreSQL is stopped", &Faults::postgres_is_stopped},
        Fault{"PostgreSQL crashes", &Faults::postgres_crashes},
        Fault{"connections are cut", &Faults::connections_are_cut},
        Fault{"PostgreSQL freezes", &Faults::postgres_freezes},
        Fault{"Waybill is killed while PostgreSQL is down", &Faults::waybill_is_killed_while_postgres_is_down},
        Fault{"Waybill is killed while PostgreSQL is frozen", &Faults::waybill_is_killed_while_postgres_is_frozen},
        Fault{"the journal is full", &Faults::the_journal_is_full}};
    return faults;
}

void Faults::happen(const Fault& fault, const ReceiptLoad& load)
{
    BOOST_TEST_MESSAGE(fault.name);
    load_ = &load;
    (this->*fault.happen)();
    require_receipts();
    rest();
    BOOST_REQUIRE_MESSAGE(waybill_.is_running(), "Waybill has died unexpectedly");
}

void Faults::waybill_is_killed()
{
    waybill_.kill();
    waybill_.begin();
}

void Faults::waybill_is_asked_to_end()
{
    BOOST_TEST(waybill_.terminate() == 0);
    waybill_.begin();
}

void Faults::postgres_is_stopped()
{
    postgres_.stop();
    require_receipts();
    rest();
    postgres_.start();
}

void Faults::postgres_crashes()
{
    postgres_.crash();
    require_receipts();
    rest();
    postgres_.start();
}

void Faults::connections_are_cut()
{
    for (int times = 0; times < 5; ++times) {
        PostgresServer::cut_connections(database_);
        std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 100));
    }
}

void Faults::postgres_freezes()
{
    postgres_.freeze(database_);
    require_receipts();
    require_prompt_operations();
    rest();
    require_receipts();
    postgres_.thaw();
}

void Faults::waybill_is_killed_while_postgres_is_down()
{
    postgres_.crash();
    rest();
    waybill_.kill();
    waybill_.begin();
    require_receipts();
    rest();
    postgres_.start();
}

void Faults::waybill_is_killed_while_postgres_is_frozen()
{
    postgres_.freeze(database_);
    rest();
    waybill_.kill();
    waybill_.begin();
    require_receipts();
    rest();
    postgres_.thaw();
}

void Faults::the_journal_is_full()
{
    waybill_.kill();
    waybill_.set("JOURNAL_MAX_BYTES", smallest_journal);
    waybill_.begin();
    waybill_.set("JOURNAL_MAX_BYTES", "");
    postgres_.stop();
    const std::uint64_t refused = load_->refused();
    wait_until("receipts are refused", [&] { return load_->refused() > refused + 100; });
    postgres_.start();
    require_receipts();
    rest();
    waybill_.kill();
    waybill_.begin();
}

void Faults::rest()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(200 + random_() % 600));
}

void Faults::require_receipts() const
{
    const std::uint64_t acknowledged = load_->acknowledged();
    wait_until("receipts are acknowledged", [&] { return load_->acknowledged() > acknowledged + 50; });
}

// The fastest of a few: the machine is busy, but a loop that waits for a frozen PostgreSQL delays them all.
void Faults::require_prompt_operations() const
{
    for (const char* target : {"/healthz", "/metrics"}) {
        auto fastest = std::chrono::steady_clock::duration::max();
        for (int times = 0; times < 5; ++times) {
            const auto begun = std::chrono::steady_clock::now();
            BOOST_TEST(waybill_.get(target).status == 200);
            fastest = std::min(fastest, std::chrono::steady_clock::now() - begun);
        }
        BOOST_TEST((fastest < promptly), target);
    }
}

} // namespace waybill::test
