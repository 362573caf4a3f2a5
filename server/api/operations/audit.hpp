#pragma once

#include "db/requests/audit.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// For administrators: who changed what, who saw whom, who was refused. Newest first.
class AuditRoutes
{
public:
    explicit AuditRoutes(db::AuditLog log) : log_(log) {}

    asio::awaitable<http::Response> list(http::Request request);

private:
    db::AuditLog log_;
};

} // namespace waybill::api
