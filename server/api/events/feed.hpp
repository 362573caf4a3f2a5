#pragma once

#include "db/events/events.hpp"
#include "db/requests/audit.hpp"
#include "server/access/shares.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <map>
#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// The events that endpoints get, for clients that ask for them: page by page, or as a stream. To read them is to want
// them: the events of messages are written for some days from then on.
class FeedRoutes
{
public:
    explicit FeedRoutes(db::Database& database);

    asio::awaitable<http::Response> page(http::Request request);
    asio::awaitable<http::Response> stream(http::Request request);

private:
    asio::awaitable<void> note_reader(const http::Request& request);

    db::Events events_;
    db::AuditLog audit_;
    access::Shares running_;
    std::map<std::string, std::chrono::steady_clock::time_point> noted_at_; // by principal
};

} // namespace waybill::api
