#pragma once

#include "db/events/endpoints.hpp"
#include "db/outbox/senders.hpp"
#include "db/requests/budgets.hpp"
#include "server/api/operations/stored_figures.hpp"
#include "server/api/parts.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"
#include "server/sending/dispatcher.hpp"
#include "webhooks/receiver.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waybill::api
{

namespace asio = boost::asio;

// What PostgreSQL says now, or said last while it is away or slow, so that it never delays an answer about Waybill's
// health for long. One reading at a time.
template <class Value>
class RecentReading
{
public:
    using Read = std::function<asio::awaitable<Value>()>;

    explicit RecentReading(Read read) : read_(std::move(read)) {}

    asio::awaitable<Value> read(std::chrono::seconds max_age)
    {
        const bool is_fresh = std::chrono::steady_clock::now() - read_at_ < max_age;
        if (reading_ || is_fresh) co_return last_;
        reading_ = true;
        const auto executor = co_await asio::this_coro::executor;
        auto done = std::make_shared<asio::steady_timer>(executor, max_wait);
        asio::co_spawn(executor, refresh(done), asio::detached);
        boost::system::error_code cancelled;
        if (reading_) co_await done->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        co_return last_;
    }

private:
    static constexpr std::chrono::milliseconds max_wait{200};

    asio::awaitable<void> refresh(std::shared_ptr<asio::steady_timer> done)
    {
        try {
            auto reading = read_();
            last_ = co_await std::move(reading);
            read_at_ = std::chrono::steady_clock::now();
        }
        catch (const std::exception&) { // PostgreSQL is away or not migrated yet: the last reading stays
        }
        reading_ = false;
        done->cancel();
    }

    Read read_;
    Value last_;
    std::chrono::steady_clock::time_point read_at_;
    bool reading_ = false;
};

// What an operator asks: is it alive, is it ready, how is it doing. All answer without the database as well.
class OperationRoutes
{
public:
    explicit OperationRoutes(const Parts& parts)
        : parts_(parts),
          figures_([parts] { return read_stored_figures(parts); }),
          senders_([senders = db::Senders(parts.database)]() mutable { return senders.list(); }),
          stopped_endpoints_([endpoints = db::Endpoints(parts.database)]() mutable { return endpoints.stopped(); })
    {
    }

    asio::awaitable<http::Response> alive(http::Request request);
    asio::awaitable<http::Response> ready(http::Request request);
    asio::awaitable<http::Response> health(http::Request request);
    asio::awaitable<http::Response> metrics(http::Request request);
    asio::awaitable<http::Response> system(http::Request request); // with senders and budget as they were last seen

private:
    asio::awaitable<void> look_at_day();

    Parts parts_;
    RecentReading<StoredFigures> figures_;
    RecentReading<std::vector<db::SenderState>> senders_;
    RecentReading<std::vector<db::StoppedEndpoint>> stopped_endpoints_;
    std::optional<db::BudgetDay> last_day_;
};

// GET /api/senders and POST /api/senders/{sender}/resume, in whose path the Messaging Service is `messaging-service`.
class SenderRoutes
{
public:
    SenderRoutes(db::Senders senders, sending::Dispatcher& dispatcher, std::string default_sender,
                 sending::SenderRates rates)
        : senders_(senders), dispatcher_(dispatcher), default_sender_(std::move(default_sender)), rates_(rates)
    {
    }

    asio::awaitable<http::Response> list(http::Request request);
    asio::awaitable<http::Response> resume(http::Request request);

private:
    db::Senders senders_;
    sending::Dispatcher& dispatcher_;
    std::string default_sender_;
    sending::SenderRates rates_;
};

// The pages for people, out of the binary: `/`, and what it needs under `/assets/`.
asio::awaitable<http::Response> dashboard_page(http::Request request);
asio::awaitable<http::Response> dashboard_asset(http::Request request);

// What Twilio calls: POST /webhooks/twilio/status/{messageId} with delivery receipts, POST /webhooks/twilio/inbound
// with messages of recipients.
class WebhookRoutes
{
public:
    explicit WebhookRoutes(webhooks::Receiver& receiver) : receiver_(receiver) {}

    asio::awaitable<http::Response> status(http::Request request);
    asio::awaitable<http::Response> inbound(http::Request request);

private:
    webhooks::Receiver& receiver_;
};

} // namespace waybill::api
