#pragma once

#include "server/http/router.hpp"
#include "server/simulator/account.hpp"
#include "webhooks/form.hpp"

#include <functional>
#include <memory>
#include <string>

namespace waybill::simulator
{

// The routes under /simulator, for tests and tools: ledger, counters, inbound messages, settings.
class Controls : public std::enable_shared_from_this<Controls>
{
public:
    using CountersNow = std::function<Simulator::Counters()>;

    Controls(std::shared_ptr<Account> account, CountersNow counters_now);

    void add_routes(http::Router& router);

private:
    using Self = std::shared_ptr<Controls>; // kept by each call, whatever becomes of the server meanwhile

    static asio::awaitable<http::Response> send_ledger(Self self);
    static asio::awaitable<http::Response> send_counters(Self self);
    static asio::awaitable<http::Response> receive_inbound(Self self, http::Request request);
    static asio::awaitable<http::Response> receive_settings(Self self, http::Request request);

    http::Response change_settings(const http::Request& request);
    void keep_opt_out(const webhooks::Form& inbound);
    webhooks::Form make_inbound_form(const webhooks::Form& given, const std::string& sid) const;

    std::shared_ptr<Account> account_;
    CountersNow counters_now_;
};

} // namespace waybill::simulator
