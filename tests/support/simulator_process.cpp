#include "tests/support/simulator_process.hpp"

#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/tested_build.hpp"
#include "webhooks/form.hpp"

#include <boost/json/parse.hpp>
#include <boost/system/system_error.hpp>

#include <sstream>
#include <stdexcept>

namespace waybill::test
{

namespace json = boost::json;

namespace
{

std::vector<std::string> command(const HeaderFields& options, std::uint16_t port)
{
    std::vector<std::string> words{waybill_binary().string(),
                                   "simulator",
                                   "--port",
                                   std::to_string(port),
                                   "--account-sid",
                                   RunningSimulator::account_sid,
                                   "--auth-token",
                                   RunningSimulator::auth_token};
    for (const auto& [name, value] : options) {
        words.push_back("--" + name);
        words.push_back(value);
    }
    return words;
}

} // namespace

SimulatorProcess::SimulatorProcess(const HeaderFields& options)
    : process_(command(options, port_.number()), {}, directory_.path())
{
    wait_until("the simulator listens", [this] {
        try {
            return ask(get_request("/simulator/counters")).status == 200;
        }
        catch (const boost::system::system_error&) {
            return false;
        }
    });
}

void SimulatorProcess::set(const HeaderFields& settings) const
{
    const HeaderFields headers{{"Content-Type", "application/x-www-form-urlencoded"}};
    const RawReply reply = ask(request_with_body("/simulator/settings", headers, webhooks::write_form({settings})));
    if (reply.status != 204) throw std::runtime_error("the simulator refuses its settings: " + reply.body);
}

std::int64_t SimulatorProcess::write_in(const std::string& from, const std::string& body) const
{
    webhooks::Form form;
    form.parameters = {{"From", from}, {"To", RunningSimulator::phone_number}, {"Body", body}};
    const RawReply reply = ask(request_with_body("/simulator/inbound", {}, webhooks::write_form(form)));
    return json_of(reply).at("webhook_status").as_int64();
}

json::object SimulatorProcess::counters() const
{
    return json_of(ask(get_request("/simulator/counters"))).as_object();
}

std::vector<json::object> SimulatorProcess::ledger() const
{
    std::istringstream lines(ask(get_request("/simulator/ledger")).body);
    std::vector<json::object> ledger;
    for (std::string line; std::getline(lines, line);)
        ledger.push_back(json::parse(line).as_object());
    return ledger;
}

void SimulatorProcess::wait_until_quiet() const
{
    wait_until("the simulator has reported everything",
               [this] { return counters().at("callbacks_open").to_number<int>() == 0; });
}

RawReply SimulatorProcess::ask(std::string_view request) const
{
    RawHttp connection(port_.number());
    return connection.ask(request);
}

} // namespace waybill::test
