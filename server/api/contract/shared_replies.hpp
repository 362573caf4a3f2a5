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

// A page that many people leave open costs as much as one that one person does: a reply is made once at a time, and
// whoever asks for the same within a second of it gets the same.
class SharedReplies
{
public:
    using Make = std::function<asio::awaitable<http::Response>()>;

    // Throws what `make` throws; then nobody else gets anything of it.
    asio::awaitable<http::Response> reply(std::string key, Make make);

private:
    struct Entry;
    std::shared_ptr<Entry> find(const std::string& key) const;
    void forget_old();

    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

} // namespace waybill::api
