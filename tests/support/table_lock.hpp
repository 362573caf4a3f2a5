#pragma once

#include "tests/support/postgres.hpp"

#include <memory>
#include <string>

namespace waybill::test
{

// Keeps everyone else from a table, from its construction to its end.
class TableLock
{
public:
    TableLock(const TestDatabase& database, const std::string& table);
    ~TableLock();

    void wait_until_waited_for(int statements = 1) const;

private:
    struct Session;
    const TestDatabase& database_;
    std::unique_ptr<Session> session_;
};

} // namespace waybill::test
