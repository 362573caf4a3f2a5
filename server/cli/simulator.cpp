#include "server/simulator/simulator.hpp"

#include "server/cli/commands.hpp"
#include "server/text/segments.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/variables_map.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>

namespace waybill::cli
{

namespace po = boost::program_options;
namespace asio = boost::asio;
using simulator::SimulatorOptions;

namespace
{

po::options_description describe_options(SimulatorOptions& options)
{
    po::options_description described("waybill simulator: a Twilio on loopback");
    auto add = described.add_options();
    add("help", "show this");
    add("address", po::value(&options.address)->default_value(options.address), "where to listen");
    add("port", po::value(&options.port)->default_value(options.port), "0: any free one");
    add("tls-certificate", po::value(&options.tls_certificate_file), "PEM: listens with TLS");
    add("tls-key", po::value(&options.tls_key_file), "PEM, of that certificate");
    add("account-sid", po::value(&options.account_sid)->required(), "AC and 32 hex digits");
    add("auth-token", po::value(&options.auth_token)->required(), "checked in requests, signs the callbacks");
    add("api-key-sid", po::value(&options.api_key_sid), "accepted as well");
    add("api-key-secret", po::value(&options.api_key_secret), "of that key");
    add("seed", po::value(&options.seed)->default_value(options.seed),
        "determines everything that is drawn, SIDs included");
    add("max-callback-connections",
        po::value(&options.max_callback_connections)->default_value(options.max_callback_connections),
        "callbacks posted at the same time");
    add("max-messages", po::value(&options.max_messages)->default_value(options.max_messages),
        "how many are kept; beyond it the oldest is forgotten");
    for (const auto& setting : simulator::all_settings())
        add(setting.name, po::value<std::string>(), setting.description);
    return described;
}

void apply_settings(const po::variables_map& given, SimulatorOptions& options)
{
    for (const auto& setting : simulator::all_settings()) {
        if (given.count(setting.name) == 0) continue;
        const auto fault = simulator::assign(options, setting.name, given[setting.name].as<std::string>());
        if (fault) throw std::invalid_argument(*fault);
    }
}

int count_segments(std::string_view body)
{
    return static_cast<int>(text::segment(body).segments);
}

// Serves until the first SIGINT or SIGTERM, then drains; a second signal ends it immediately.
void serve(SimulatorOptions options, std::ostream& out)
{
    asio::io_context context(1);
    simulator::Simulator simulator(context.get_executor(), std::move(options));
    simulator.start();
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        asio::co_spawn(context, simulator.stop(), [&signals](std::exception_ptr) { signals.cancel(); });
        signals.async_wait([&context](const boost::system::error_code& second_error, int) {
            if (!second_error) context.stop();
        });
    });
    out << simulator.origin() << std::endl;
    context.run();
}

} // namespace

int run_simulator(const std::vector<std::string>& arguments, std::ostream& out)
{
    SimulatorOptions options;
    options.count_segments = count_segments;
    const po::options_description described = describe_options(options);
    try {
        po::variables_map given;
        po::store(po::command_line_parser(arguments).options(described).run(), given);
        if (given.count("help") != 0) {
            out << described;
            return 0;
        }
        po::notify(given);
        apply_settings(given, options);
        serve(std::move(options), out);
        return 0;
    }
    catch (const std::exception& fault) {
        std::cerr << "waybill simulator: " << fault.what() << std::endl;
        return 2;
    }
}

} // namespace waybill::cli
