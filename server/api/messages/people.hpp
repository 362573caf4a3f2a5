#pragma once

#include "db/journal/journal.hpp"
#include "db/journal/recent_commits.hpp"
#include "db/upkeep/erasure.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// For administrators: what is stored about a person, and its erasure.
class PeopleRoutes
{
public:
    PeopleRoutes(db::Erasure erasure, db::Journal& journal, db::RecentCommits& recent, std::string default_country_code)
        : erasure_(erasure), journal_(journal), recent_(recent), default_country_code_(std::move(default_country_code))
    {
    }

    asio::awaitable<http::Response> one(http::Request request);
    asio::awaitable<http::Response> erase(http::Request request);

private:
    std::string number_of(const http::Request& request) const;
    asio::awaitable<bool> end_messages(std::string number); // false: one is still in flight

    db::Erasure erasure_;
    db::Journal& journal_;
    db::RecentCommits& recent_;
    std::string default_country_code_;
};

} // namespace waybill::api
