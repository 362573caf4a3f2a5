#include "tests/support/running_simulator.hpp"

#include "server/text/segments.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/raw_http.hpp"
#include "webhooks/form.hpp"

#include <boost/json/parse.hpp>

#include <sstream>
#include <utility>

namespace waybill::test
{

namespace
{

simulator::SimulatorOptions with_account(simulator::SimulatorOptions options)
{
    options.account_sid = RunningSimulator::account_sid;
    options.auth_token = RunningSimulator::auth_token;
    options.count_segments = [](std::string_view body) { return static_cast<int>(text::segment(body).segments); };
    return options;
}

} // namespace

RunningSimulator::RunningSimulator(simulator::SimulatorOptions options)
{
    loop_.call([&] {
        simulator_.emplace(loop_.executor(), with_account(std::move(options)));
        simulator_->start();
        origin_ = simulator_->origin();
    });
}

RunningSimulator::~RunningSimulator()
{
    loop_.run(simulator_->stop());
    loop_.finish();
}

config::TwilioSettings RunningSimulator::account() const
{
    config::TwilioSettings settings;
    settings.account_sid = account_sid;
    settings.auth_tokens = {auth_token};
    settings.phone_number = phone_number;
    settings.api_base_url = origin_;
    return settings;
}

simulator::Simulator::Counters RunningSimulator::counters()
{
    return loop_.call([this] { return simulator_->counters(); });
}

void RunningSimulator::wait_until_quiet()
{
    wait_until("the simulator has reported everything", [this] { return counters().callbacks_open == 0; });
}

std::vector<boost::json::object> RunningSimulator::ledger()
{
    std::istringstream lines(ask(get_request("/simulator/ledger")));
    std::vector<boost::json::object> ledger;
    for (std::string line; std::getline(lines, line);)
        ledger.push_back(boost::json::parse(line).as_object());
    return ledger;
}

boost::json::object RunningSimulator::write_in(const std::string& from, const std::string& body, const std::string& to)
{
    webhooks::Form form;
    form.parameters = {{"From", from}, {"To", to}, {"Body", body}};
    const std::string request = request_with_body("/simulator/inbound", {}, webhooks::write_form(form));
    return boost::json::parse(ask(request)).as_object();
}

std::string RunningSimulator::ask(const std::string& request) const
{
    const std::string port = origin_.substr(origin_.rfind(':') + 1);
    RawHttp connection(static_cast<std::uint16_t>(std::stoi(port)));
    return connection.ask(request).body;
}

} // namespace waybill::test
