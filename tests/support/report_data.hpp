#pragma once

#include "tests/support/postgres.hpp"

#include <string>

namespace waybill::test
{

// How much of tests/bench/report_data.sql, which describes its contents.
struct ReportData
{
    int campaigns = 20, messages = 200, largest = 1'000; // the first has `largest`
    int singles = 300;
    int days = 10;
    std::string last_day = "2026-03-31";
};

void fill(const TestDatabase& database, const ReportData& data = {});

} // namespace waybill::test
