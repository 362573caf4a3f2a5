#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/reserved_port.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::test
{

// `waybill simulator` as a process of its own, with the account of RunningSimulator. Returns when it listens.
class SimulatorProcess
{
public:
    explicit SimulatorProcess(const HeaderFields& options = {}); // by the names of the command line, without the dashes

    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_.number()); }
    void set(const HeaderFields& settings) const; // from now on

    // A person writes to RunningSimulator's number: the status of what Waybill's webhook (inbound-url) answered.
    std::int64_t write_in(const std::string& from, const std::string& body) const;

    boost::json::object counters() const;
    std::vector<boost::json::object> ledger() const; // what it has accepted, in order
    void wait_until_quiet() const;                   // every message has lived and was reported to the end

private:
    RawReply ask(std::string_view request) const;

    ReservedPort port_;
    TestDirectory directory_;
    ChildProcess process_;
};

} // namespace waybill::test
