#include "server/simulator/account.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace waybill::simulator
{

namespace
{

SimulatorOptions checked(SimulatorOptions options)
{
    options.max_messages = std::max<std::size_t>(options.max_messages, 1);
    options.max_callback_connections = std::max<std::size_t>(options.max_callback_connections, 1);
    if (options.inbound_url.empty()) return options;
    const auto url = parse_callback_url(options.inbound_url);
    if (const auto* fault = std::get_if<std::string>(&url)) throw std::invalid_argument("inbound URL: " + *fault);
    return options;
}

} // namespace

Account::Account(asio::any_io_executor executor, SimulatorOptions simulator_options)
    : options(checked(std::move(simulator_options))),
      messages(options.seed, options.max_messages),
      webhooks(std::move(executor), {options.auth_token, options.max_callback_connections, options.keep_alive})
{
}

void Account::change_options(SimulatorOptions changed)
{
    options = checked(std::move(changed));
    webhooks.set_keep_alive(options.keep_alive);
}

} // namespace waybill::simulator
