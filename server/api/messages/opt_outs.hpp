#pragma once

#include "db/messages/opt_outs.hpp"
#include "server/access/shares.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// The list of those who are not to be texted: read, add, lift.
class OptOutRoutes
{
public:
    OptOutRoutes(db::OptOuts opt_outs, std::string default_country_code, access::Shares searches)
        : opt_outs_(opt_outs), default_country_code_(std::move(default_country_code)), searches_(std::move(searches))
    {
    }

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> add(http::Request request);
    asio::awaitable<http::Response> lift(http::Request request);

private:
    std::string phone_of(const http::Request& request) const;

    db::OptOuts opt_outs_;
    std::string default_country_code_;
    access::Shares searches_; // those that no index serves
};

} // namespace waybill::api
