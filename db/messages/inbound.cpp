#include "db/messages/inbound.hpp"

#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <limits>
#include <utility>

namespace waybill::db
{

// $1 sid, $2 when, $3 who wrote, $4 to which number, $5 body, $6 keyword or '', $7 extra or ''. A single statement:
// what the foreign keys lock comes at its end, behind the counters. It answers the last message that went from that
// number to who wrote, within a month; a Messaging Service ('') picks its numbers itself.
const Statement keep_inbound_statement{"keep_inbound", R"sql(
with answered as (
    select m.id, m.campaign_id
      from messages m left join campaigns c on c.id = m.campaign_id
     where m.recipient = $3 and m.status not in ('pending', 'failed', 'canceled')
       and m.claimed_at > timestamptz 'epoch' + $2::bigint * interval '1 microsecond' - interval '30 days'
       and coalesce(m.sender, c.sender) in ($4, '')
     order by m.id desc
     limit 1
), kept as (
    insert into inbound_messages (sid, received_at, sender, recipient, body, keyword, campaign_id, message_id, extra)
    select $1, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3, $4, $5, nullif($6, ''), a.campaign_id, a.id,
           nullif($7, '')::jsonb
      from (values (1)) as one left join answered a on true
        on conflict (sid) do nothing
    returning sender, received_at, coalesce(keyword, '') as keyword, campaign_id
), counted as (
    update campaign_counters c
       set replies = c.replies + 1, updated_at = now(),
           opt_outs = c.opt_outs + case when k.keyword = 'stop' and not exists (
                                             select from opt_outs where phone_number = k.sender) then 1 else 0 end
      from kept k
     where c.campaign_id = k.campaign_id
    returning c.campaign_id
), ordered as (
    select k.* from kept k left join counted on true
), stopped as (
    -- What is no phone number is nobody's recipient.
    insert into opt_outs (phone_number, source, created_at, campaign_id)
    select sender, 'reply', received_at, campaign_id from ordered
     where keyword = 'stop' and sender ~ '^\+[1-9][0-9]{9,14}$'
        on conflict (phone_number) do nothing
)
delete from opt_outs using ordered where keyword = 'start' and phone_number = sender)sql"};

const Statement list_replies_statement{"list_replies", R"sql(
select number, sid, sender, body, coalesce(keyword, '') as keyword, message_id,
       (extract(epoch from received_at) * 1000000)::bigint as received_micros
  from inbound_messages
 where campaign_id = $1::bigint and number < $2::bigint
 order by campaign_id desc, number desc
 limit $3::int)sql"};

namespace
{

constexpr std::chrono::milliseconds retry_interval{250};

Reply read_reply(const pqxx::row& row)
{
    Reply reply;
    reply.sid = row["sid"].as<std::string>();
    reply.from = row["sender"].as<std::string>();
    reply.body = row["body"].as<std::string>();
    reply.keyword = row["keyword"].as<std::string>();
    reply.received_at = time_of(row["received_micros"].as<std::int64_t>());
    if (!row["message_id"].is_null()) reply.message = row["message_id"].as<MessageId>();
    return reply;
}

} // namespace

// A message that is being kept; that may still happen when nobody waits for it any more.
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

// False when it may succeed later: PostgreSQL is away, or the schema is not there yet.
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
        tx.exec(keep_inbound_statement, message.sid, micros(message.received_at), message.from, message.to,
                message.body, keyword, message.extra_json);
    });
}

asio::awaitable<ReplyPage> Inbound::of_campaign(std::int64_t campaign_id, int limit, std::optional<std::int64_t> before)
{
    const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
    return database_.transact([campaign_id, limit, below](Transaction& tx) {
        ReplyPage page;
        std::int64_t last = 0;
        for (const pqxx::row& row : tx.exec(list_replies_statement, campaign_id, below, limit + 1)) {
            if (page.replies.size() == static_cast<std::size_t>(limit)) {
                page.next = last;
                break;
            }
            page.replies.push_back(read_reply(row));
            last = row["number"].as<std::int64_t>();
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
