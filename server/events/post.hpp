#pragma once

#include "db/events/endpoints.hpp"
#include "server/events/delivery_options.hpp"
#include "server/events/delivery_window.hpp"
#include "server/http/client/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace waybill::events
{

namespace asio = boost::asio;

// Sends signed events to the URL of one endpoint, over connections that stay open. Checks the address of each
// connection and follows no redirect. What is under way may outlive it.
class Post
{
public:
    Post(asio::any_io_executor executor, const std::string& url, const DeliveryOptions& options);

    asio::awaitable<Answer> send(std::string id, std::string payload, std::vector<std::string> secrets);
    void close(); // connections that are not in use
    void abort(); // all of them

private:
    std::shared_ptr<http::Client> client_; // null: the URL is none
    std::string fault_;
    std::string target_;
    std::string user_agent_;
};

// Those that sign at that time: the newest, and the one before it while it is being replaced.
std::vector<std::string> secrets_of(const db::Endpoint& endpoint, db::Time now);

Answer answer_of(const http::ClientResult& result, std::chrono::milliseconds took);

} // namespace waybill::events
