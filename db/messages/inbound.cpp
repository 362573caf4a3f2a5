#include "db/messages/inbound.hpp"

#include "config/within.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/rows.hpp"

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
constexpr int ticket_attempts = 3;
constexpr const char* too_late = "PostgreSQL did not store the message in time";

void store(Transaction& tx, const InboundMessage& message)
{
    const std::string keyword(message.keyword ? name_of(*message.keyword) : "");
    if (message.keyword == Keyword::start && message.may_lift)
        tx.exec("lift_erased_by_start", token_of(message.from), message.sid);
    tx.exec("keep_inbound", message.sid, micros(message.received_at), message.from, message.to, message.body, keyword,
            message.extra_json, message.looks_like_opt_out, message.from_is_number, message.may_lift);
}

// Replies have several connections: a number that another one has overtaken is replaced by a new one.
std::optional<Ticket> raise_last(Transaction& tx, Tickets* tickets)
{
    if (tickets == nullptr) return std::nullopt;
    for (int attempt = 0; attempt < ticket_attempts; ++attempt) {
        const Ticket ticket = tickets->next(TicketWriter::replies);
        if (Tickets::raise(tx, ticket)) return ticket;
    }
    return std::nullopt; // its row is evidence of a loss
}

} // namespace

asio::awaitable<void> Inbound::keep(InboundMessage message)
{
    asio::awaitable<void> work = keep_trying(std::move(message), std::chrono::steady_clock::now() + patience_);
    const bool kept = co_await config::within(patience_, std::move(work));
    if (!kept) throw Unavailable(too_late);
}

asio::awaitable<void> Inbound::keep_trying(InboundMessage message, std::chrono::steady_clock::time_point until)
{
    while (std::chrono::steady_clock::now() < until) {
        const bool kept = co_await try_once(message);
        if (kept) co_return;
        asio::steady_timer pause(executor_, retry_interval);
        co_await pause.async_wait(asio::use_awaitable);
    }
    throw Unavailable(too_late);
}

// False when it may succeed later: PostgreSQL is away, or the schema does not exist yet.
asio::awaitable<bool> Inbound::try_once(const InboundMessage& message)
{
    try {
        co_await keep_once(message);
        co_return true;
    }
    catch (const DataError&) {
        throw;
    }
    catch (const std::exception&) {
    }
    co_return false;
}

asio::awaitable<void> Inbound::keep_once(InboundMessage message)
{
    auto job = [message, tickets = tickets_](Transaction& tx) {
        store(tx, message);
        return raise_last(tx, tickets);
    };
    const std::optional<Ticket> raised = co_await database_.transact(std::move(job));
    if (raised) tickets_->confirm(*raised);
    if (raised && recent_ != nullptr && recent_->keeps()) co_await recent_->replied(std::move(message), raised->number);
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
