#include "config/log.hpp"
#include "db/postgres/privacy_key.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/messages/messages.hpp"
#include "server/recipients/rows/rows_of_person.hpp"
#include "server/text/phone_number.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>
#include <vector>

namespace waybill::api
{

namespace
{

constexpr std::chrono::seconds flight_patience{20}; // longer than an exchange with Twilio
constexpr std::chrono::milliseconds recheck{200};

ShownPerson show(std::string_view phone, const db::Person& person)
{
    ShownPerson shown{phone, person.opted_out, {}, {}, {}};
    for (const db::Person::OptOutEvent& event : person.opt_outs)
        shown.opt_out_history.push_back({event.event, event.source, event.principal, event.message_sid, event.at});
    for (const db::Person::Text& text : person.messages) {
        ShownText each{{text.id}, std::nullopt, text.name, text.body, text.status, text.at};
        if (!text.campaign.empty()) each.campaign_id = text.campaign;
        shown.messages.push_back(each);
    }
    for (const db::Person::Reply& reply : person.replies)
        shown.replies.push_back({reply.sid, reply.body, reply.at});
    return shown;
}

} // namespace

asio::awaitable<http::Response> PeopleRoutes::one(http::Request request)
{
    const std::string number = number_of(request);
    const db::Person person = co_await erasure_.find(number);
    co_return json_reply(200, show(number, person));
}

asio::awaitable<http::Response> PeopleRoutes::erase(http::Request request)
{
    const std::string number = number_of(request);
    if (!db::has_privacy_key())
        throw http::Refusal(409, "Erasing needs the file that PRIVACY_KEY names, so that an opt-out can stay in force")
            .with_code(error_code("privacy_key_missing"));
    const bool matches = co_await erasure_.key_matches();
    if (!matches)
        throw http::Refusal(409, "PRIVACY_KEY is not the key with which people of this database were erased before")
            .with_code(error_code("privacy_key_differs"));
    const bool ended = co_await end_messages(number);
    if (!ended) throw http::unavailable("A message to this person is being sent; try again in a few seconds");
    std::vector<db::KeptRow> rows = co_await erasure_.rows_like(number);
    rows = recipients::rows_of_person(std::move(rows), number, default_country_code_);
    const db::Erased erased = co_await erasure_.erase(number, std::move(rows), actor_of(request));
    co_await journal_.erase(number);
    co_await recent_.erase(number);
    config::log(config::LogLevel::info, "person.erased",
                {{"request", request.id}, {"messages", erased.messages}, {"client", actor_of(request).peer}});
    co_return json_reply(200, ShownErasure{erased.messages, erased.replies, erased.stays_opted_out});
}

asio::awaitable<bool> PeopleRoutes::end_messages(std::string number)
{
    const auto deadline = std::chrono::steady_clock::now() + flight_patience;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        const std::int64_t in_flight = co_await erasure_.cancel_pending(number, std::chrono::system_clock::now());
        if (in_flight == 0) co_return true;
        if (std::chrono::steady_clock::now() > deadline) co_return false;
        timer.expires_after(recheck);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

std::string PeopleRoutes::number_of(const http::Request& request) const
{
    auto phone = text::parse_phone_number(path_value(request, "number"), default_country_code_);
    if (!phone)
        throw http::Refusal({"path", "number", "Invalid phone number format: " + phone.error().hint, "value_error"})
            .with_code(error_code("invalid_phone_number"));
    return std::move(*phone);
}

} // namespace waybill::api
