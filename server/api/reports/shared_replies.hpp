#pragma once

#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// A page that many people leave open costs as much as one that one person leaves open: equal requests at the same time,
// and within a second of the reply, share one reply.
class SharedReplies
{
public:
    using Make = std::function<asio::awaitable<http::Response>()>;

    // Throws what `make` throws; a fault is not shared.
    asio::awaitable<http::Response> reply(std::string key, Make make);

private:
    struct Entry;
    std::shared_ptr<Entry> find(const std::string& key) const;
    void forget_old();

    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

} // namespace waybill::api
