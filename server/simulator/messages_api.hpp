#pragma once

#include "server/http/router.hpp"
#include "server/simulator/account.hpp"
#include "server/simulator/carrier.hpp"
#include "webhooks/form.hpp"

#include <memory>
#include <variant>

namespace waybill::simulator
{

// Twilio's own routes: create, fetch, list and cancel messages; the account and its senders.
class MessagesApi : public std::enable_shared_from_this<MessagesApi>
{
public:
    MessagesApi(std::shared_ptr<Account> account, std::shared_ptr<Carrier> carrier);

    void add_routes(http::Router& router);

private:
    using Call = http::Response (MessagesApi::*)(const http::Request&);
    using Self = std::shared_ptr<MessagesApi>; // kept by each call, whatever becomes of the server meanwhile

    static asio::awaitable<http::Response> answer(Self self, Call call, http::Request request);
    static asio::awaitable<http::Response> create(const Self& self, const http::Request& request);
    static asio::awaitable<http::Response> accept(Self self, NewMessage content, CreateFault fault);
    static asio::awaitable<http::Response> answer_late(Self self, http::Response response);

    struct Decision
    {
        CreateFault fault = CreateFault::none;
        std::variant<NewMessage, http::Response> outcome; // a message, or the answer that there is none
    };
    Decision decide(const http::Request& request);
    http::Response break_reply(CreateFault fault); // counts it
    std::variant<NewMessage, Refusal> check(const http::Request& request);
    std::uint64_t add_message(const NewMessage& content);
    asio::awaitable<void> wait_for_latency();

    http::Response list(const http::Request& request);
    http::Response fetch(const http::Request& request);
    http::Response update(const http::Request& request);
    http::Response fetch_account(const http::Request& request);
    http::Response list_numbers(const http::Request& request);
    http::Response list_short_codes(const http::Request& request);
    http::Response fetch_service(const http::Request& request);

    http::Response labelled(http::Response response); // with Twilio-Request-Id

    std::shared_ptr<Account> account_;
    std::shared_ptr<Carrier> carrier_;
    Access access_;
};

} // namespace waybill::simulator
