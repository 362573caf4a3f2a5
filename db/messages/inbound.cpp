#include "db/messages/inbound.hpp"

#include "db/postgres/rows.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/describe/class.hpp>

#include <exception>
#include <limits>
#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Reply, (), (place, sid, from, body, keyword, looks_like_opt_out, opted_out, received_at, message))

namespace
{

constexpr std::chrono::milliseconds retry_interval{250};

} // namespace

// A message that is being kept; it may still be kept after its caller has stopped waiting.
struct Inbound::Attempt
{
    Attempt(asio::any_io_executor executor, InboundMessage m, std::chrono::milliseconds patience)
        : message(std::move(m)), pause(executor), deadline(executor, patience)
    {
    }
    InboundMessage message;
    asio::steady_timer pause;
    asio::steady_timer deadline; // cancelled when it has ended
    bool ended = false;
    bool given_up = false;
    std::exception_ptr refused;
};

asio::awaitable<void> Inbound::keep(InboundMessage message)
{
    auto attempt = std::make_shared<Attempt>(executor_, std::move(message), patience_);
    asio::co_spawn(executor_, keep_trying(attempt), asio::detached);
    boost::system::error_code cancelled;
    if (!attempt->ended) co_await attempt->deadline.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    attempt->given_up = !attempt->ended;
    if (attempt->given_up) throw Unavailable("PostgreSQL did not keep the message in time");
    if (attempt->refused) std::rethrow_exception(attempt->refused);
}

asio::awaitable<void> Inbound::keep_trying(std::shared_ptr<Attempt> attempt)
{
    while (!attempt->ended && !attempt->given_up) {
        attempt->ended = co_await try_once(attempt);
        if (attempt->ended) break;
        attempt->pause.expires_after(retry_interval);
        boost::system::error_code cancelled;
        co_await attempt->pause.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    attempt->deadline.cancel();
}

// False when it may succeed later: PostgreSQL is away, or the schema does not exist yet.
asio::awaitable<bool> Inbound::try_once(std::shared_ptr<Attempt> attempt)
{
    try {
        co_await keep_once(attempt->message);
        co_return true;
    }
    catch (const DataError&) {
        attempt->refused = std::current_exception();
        co_return true;
    }
    catch (const std::exception&) {
    }
    co_return false;
}

asio::awaitable<void> Inbound::keep_once(const InboundMessage& message)
{
    return database_.transact([message](Transaction& tx) {
        const std::string keyword(message.keyword ? name_of(*message.keyword) : "");
        tx.exec("keep_inbound", message.sid, micros(message.received_at), message.from, message.to, message.body,
                keyword, message.extra_json, message.looks_like_opt_out);
    });
}

asio::awaitable<ReplyPage> Inbound::of_campaign(std::int64_t campaign_id, int limit, std::optional<std::int64_t> before)
{
    const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
    return database_.transact([campaign_id, limit, below](Transaction& tx) {
        ReplyPage page;
        const pqxx::result rows = tx.exec("list_replies", campaign_id, below, limit + 1);
        page.replies = read_rows<Reply>(rows);
        if (page.replies.size() > static_cast<std::size_t>(limit)) {
            page.replies.pop_back();
            page.next = page.replies.back().place;
        }
        return page;
    });
}

std::string_view name_of(Keyword keyword)
{
    switch (keyword) {
    case Keyword::stop:
        return "stop";
    case Keyword::start:
        return "start";
    case Keyword::help:
        return "help";
    }
    return "";
}

} // namespace waybill::db
