#pragma once

#include "tests/fault/receipt_load.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/serve_process.hpp"

#include <chrono>
#include <cstdint>
#include <random>
#include <span>

namespace waybill::test
{

// Breaks Waybill and PostgreSQL under load, each fault in its own function; after each of them everything runs again.
class Faults
{
public:
    struct Fault
    {
        const char* name;
        void (Faults::*happen)();
    };
    static std::span<const Fault> all();

    Faults(const TestDatabase& database, ServeProcess& waybill, std::uint64_t seed)
        : database_(database), waybill_(waybill), random_(seed)
    {
    }

    void happen(const Fault& fault, const ReceiptLoad& load); // returns when receipts are acknowledged again

private:
    void waybill_is_killed();
    void waybill_is_asked_to_end();
    void postgres_is_stopped();
    void postgres_crashes();
    void connections_are_cut();
    void postgres_freezes();
    void waybill_is_killed_while_postgres_is_down();
    void waybill_is_killed_while_postgres_is_frozen();
    void the_journal_is_full();

    void rest(); // some time goes by
    void require_receipts() const;
    void require_prompt_operations() const;

    const TestDatabase& database_;
    ServeProcess& waybill_;
    std::mt19937_64 random_;
    PostgresServer postgres_;
    const ReceiptLoad* load_ = nullptr;
};

} // namespace waybill::test
