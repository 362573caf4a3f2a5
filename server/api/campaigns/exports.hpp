#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/campaigns/exports.hpp"
#include "server/access/limits.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace waybill::api
{

namespace asio = boost::asio;

class MessagesXlsx;

// What can be downloaded of a campaign: CSV files of any size, read and written page by page, so that memory does not
// grow with them. A few run at a time, fewer of one principal; further ones are refused. While many receipts arrive,
// they work a quarter of the time.
class ExportRoutes
{
public:
    using CountReceipts = std::function<std::uint64_t()>; // that have come so far

    ExportRoutes(db::Campaigns campaigns, db::Exports exports, CountReceipts receipts);

    asio::awaitable<http::Response> messages(http::Request request);
    asio::awaitable<http::Response> workbook(http::Request request); // of the messages; times in `timeZone`
    asio::awaitable<http::Response> rejected_rows(http::Request request);

private:
    using ReadPage = std::function<asio::awaitable<db::ExportPage>(std::int64_t after)>;

    http::Response attachment(const std::string& name, std::string_view type);
    http::Response csv_attachment(const std::string& principal, const std::string& name, std::string begin,
                                  ReadPage read);
    static asio::awaitable<void> stream(std::string begin, ReadPage read, CountReceipts receipts,
                                        http::BodyWriter& body);
    static asio::awaitable<void> stream_workbook(std::shared_ptr<MessagesXlsx> workbook, db::Exports exports,
                                                 ReadPage read, CountReceipts receipts, http::BodyWriter& body);

    db::Campaigns campaigns_;
    db::Exports exports_;
    CountReceipts receipts_;
    access::Shares running_;
};

} // namespace waybill::api
