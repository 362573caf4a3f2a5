#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/messages/messages.hpp"
#include "server/text/phone_number.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace waybill::api
{

namespace
{

http::Refusal not_opted_out()
{
    return http::Refusal(404, "This number has not opted out").with_code(error_code("not_opted_out"));
}

constexpr std::size_t whole_number = 10; // digits; what is shorter may be a part of one

// A number as it is stored, or any part of one.
db::OptOutSearch search_for(std::string_view text, std::string_view default_country_code)
{
    const text::PhoneNumber number = text::parse_phone_number(text, default_country_code);
    if (number) return {number->substr(1), number->size() > whole_number};
    db::OptOutSearch search;
    std::ranges::copy_if(text, std::back_inserter(search.digits), [](char each) { return each >= '0' && each <= '9'; });
    return search;
}

http::Refusal search_too_slow()
{
    return http::unavailable("The search takes too long; give more digits, or the whole number");
}

} // namespace

// A cursor is a number without its plus.
asio::awaitable<http::Response> OptOutRoutes::list(http::Request request)
{
    const Paging paging = read_paging(request);
    const std::string search = query_value(request, "q");
    db::OptOutSearch wanted = search_for(search, default_country_code_);
    if (!search.empty() && wanted.digits.empty())
        throw http::Refusal({"query", "q", "must hold digits of a phone number", "value_error"});

    std::shared_ptr<void> share;
    if (!wanted.is_whole && !wanted.digits.empty()) share = searches_.take(request.caller.name);
    std::string above;
    if (paging.cursor) above = "+" + std::to_string(*paging.cursor);
    try {
        const db::OptOutPage page =
            co_await opt_outs_.list(paging.limit, std::move(above), std::move(wanted), request.client_left);
        co_return json_reply(200, show(page));
    }
    catch (const db::SearchTooSlow&) {
    }
    throw search_too_slow();
}

asio::awaitable<http::Response> OptOutRoutes::one(http::Request request)
{
    std::string phone = phone_of(request);
    const std::optional<db::OptOut> opt_out = co_await opt_outs_.find(std::move(phone));
    if (!opt_out) throw not_opted_out();
    co_return json_reply(200, show(*opt_out));
}

asio::awaitable<http::Response> OptOutRoutes::add(http::Request request)
{
    std::string phone = phone_of(request);
    const db::AddedOptOut added = co_await opt_outs_.add(std::move(phone), actor_of(request));
    int status = 200;
    if (added.is_new) status = 201;
    co_return json_reply(status, show(added.opt_out));
}

asio::awaitable<http::Response> OptOutRoutes::lift(http::Request request)
{
    std::string phone = phone_of(request);
    const bool lifted = co_await opt_outs_.lift(std::move(phone), actor_of(request));
    if (!lifted) throw not_opted_out();
    http::Response response;
    response.status = 204;
    co_return response;
}

std::string OptOutRoutes::phone_of(const http::Request& request) const
{
    auto phone = text::parse_phone_number(path_value(request, "phone"), default_country_code_);
    if (!phone)
        throw http::Refusal({"path", "phone", "Invalid phone number format: " + phone.error().hint, "value_error"})
            .with_code(error_code("invalid_phone_number"));
    return std::move(*phone);
}

} // namespace waybill::api
