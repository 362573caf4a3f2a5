#include "server/api/campaigns/exports.hpp"

#include "server/api/campaigns/export_csv.hpp"
#include "server/api/campaigns/export_xlsx.hpp"
#include "server/api/contract/request.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace waybill::api
{

using Clock = std::chrono::steady_clock;

namespace
{

constexpr int page_rows = 5'000;
constexpr std::size_t max_running = 12; // fewer than the jobs that may wait for the database
constexpr std::size_t max_running_each = 4;
constexpr Clock::duration max_rest = std::chrono::seconds(1);

// Whether so many receipts arrive that exports should give way; measured ten times a second, because receipts are
// acknowledged in bursts.
class ReceiptTraffic
{
public:
    explicit ReceiptTraffic(std::uint64_t receipts) : receipts_(receipts) {}

    bool is_heavy(std::uint64_t receipts, Clock::time_point now)
    {
        const std::chrono::duration<double> passed = now - looked_at_;
        if (passed.count() < 0.1) return heavy_;
        heavy_ = static_cast<double>(receipts - receipts_) > many_a_second * passed.count();
        receipts_ = receipts;
        looked_at_ = now;
        return heavy_;
    }

private:
    static constexpr double many_a_second = 300;

    std::uint64_t receipts_;
    Clock::time_point looked_at_ = Clock::now();
    bool heavy_ = false;
};

asio::awaitable<void> rest(Clock::duration duration)
{
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, duration);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace

ExportRoutes::ExportRoutes(db::Campaigns campaigns, db::Exports exports, CountReceipts receipts)
    : campaigns_(campaigns),
      exports_(exports),
      receipts_(std::move(receipts)),
      running_(max_running, max_running_each, "exports")
{
}

asio::awaitable<http::Response> ExportRoutes::messages(http::Request request)
{
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    auto csv = std::make_shared<MessagesCsv>(campaign);
    const auto write = [csv](std::string& text, const db::ExportedMessage& message) { csv->append(text, message); };
    ReadPage read = [exports = exports_.from_now(), id = campaign.id, write](std::int64_t after) mutable {
        return exports.messages(id, after, page_rows, write);
    };
    co_return csv_attachment(request.caller.name, campaign.public_id + "-messages.csv", MessagesCsv::header(),
                             std::move(read));
}

asio::awaitable<http::Response> ExportRoutes::rejected_rows(http::Request request)
{
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    auto csv = std::make_shared<RejectedCsv>();
    const auto write = [csv](std::string& text, const db::ExportedRejection& row) { csv->append(text, row); };
    ReadPage read = [exports = exports_.from_now(), id = campaign.id, write](std::int64_t after) mutable {
        return exports.rejected_rows(id, after, page_rows, write);
    };
    std::string begin = campaign.rejected_rows == 0 ? RejectedCsv::header_of_none() : "";
    co_return csv_attachment(request.caller.name, campaign.public_id + "-rejected-rows.csv", std::move(begin),
                             std::move(read));
}

asio::awaitable<http::Response> ExportRoutes::workbook(http::Request request)
{
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    std::string zone = query_value(request, "timeZone");
    if (zone.empty()) zone = "UTC";
    const bool is_known = co_await campaigns_.knows_time_zone(zone);
    if (!is_known)
        throw http::Refusal({"query", "timeZone", "is not a time zone like America/New_York", "value_error"});
    http::Response response = attachment(campaign.public_id + "-messages.xlsx",
                                         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    auto workbook = std::make_shared<MessagesXlsx>(campaign);
    const auto write = [workbook](std::string&, const db::ExportedMessage& message) { workbook->append(message); };
    ReadPage read = [exports = exports_.from_now(), id = campaign.id, zone, write](std::int64_t after) mutable {
        return exports.messages_in_zone(id, after, page_rows, zone, write);
    };
    response.stream = [workbook = std::move(workbook), read = std::move(read), exports = exports_, receipts = receipts_,
                       share = running_.take(request.caller.name)](http::BodyWriter& body) {
        return stream_workbook(workbook, exports, read, receipts, body);
    };
    co_return response;
}

http::Response ExportRoutes::attachment(const std::string& name, std::string_view type)
{
    http::Response response;
    response.headers = {{"Content-Type", std::string(type)},
                        {"Content-Disposition", "attachment; filename=\"" + name + "\""},
                        {"Cache-Control", "no-store"}};
    return response;
}

http::Response ExportRoutes::csv_attachment(const std::string& principal, const std::string& name, std::string begin,
                                            ReadPage read)
{
    http::Response response = attachment(name, "text/csv; charset=utf-8");
    response.stream = [begin = std::move(begin), read = std::move(read), receipts = receipts_,
                       share = running_.take(principal)](http::BodyWriter& body) {
        return stream(begin, read, receipts, body);
    };
    return response;
}

asio::awaitable<void> ExportRoutes::stream(std::string begin, ReadPage read, CountReceipts receipts,
                                           http::BodyWriter& body)
{
    ReceiptTraffic traffic(receipts());
    if (!begin.empty()) co_await body.write(std::move(begin));
    for (std::optional<std::int64_t> after = 0; after;) {
        const auto begun = Clock::now();
        auto reading = read(*after);
        db::ExportPage page = co_await std::move(reading);
        const auto worked = Clock::now() - begun;
        after = page.next;
        if (!page.text.empty()) co_await body.write(std::move(page.text));
        const bool gives_way = traffic.is_heavy(receipts(), Clock::now());
        if (after && gives_way) co_await rest(std::min(3 * worked, max_rest));
    }
}

// Rows are written and the file is finished on the threads of the database: both take their time.
asio::awaitable<void> ExportRoutes::stream_workbook(std::shared_ptr<MessagesXlsx> workbook, db::Exports exports,
                                                    ReadPage read, CountReceipts receipts, http::BodyWriter& body)
{
    auto reading = stream("", std::move(read), std::move(receipts), body);
    co_await std::move(reading);
    auto finishing = exports.run([workbook] { workbook->finish(); });
    co_await std::move(finishing);
    for (std::string piece = workbook->read(); !piece.empty(); piece = workbook->read())
        co_await body.write(std::move(piece));
}

} // namespace waybill::api
