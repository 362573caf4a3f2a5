#include "server/api/messages/opt_outs.hpp"

#include "server/api/contract/errors.hpp"
#include "server/api/contract/json_text.hpp"
#include "server/api/contract/query.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/text/phone_number.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <utility>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

json::object opt_out_json(const db::OptOut& opt_out)
{
    json::object shown{{"phone", opt_out.phone_number},
                       {"source", opt_out.source},
                       {"createdAt", to_iso8601(opt_out.created_at)},
                       {"campaignId", nullptr}};
    if (!opt_out.campaign.empty()) shown["campaignId"] = opt_out.campaign;
    return shown;
}

http::Response bad_phone_number()
{
    return unprocessable({{"path", "phone", "Invalid phone number format", "value_error"}});
}

http::Response not_opted_out()
{
    return http::error_response(404, "This number has not opted out");
}

std::string digits_in(std::string_view text)
{
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char each) { return each >= '0' && each <= '9'; });
    return digits;
}

} // namespace

// A cursor is a number without its plus.
asio::awaitable<http::Response> OptOutRoutes::list(http::Request request)
{
    http::Response fault;
    const std::optional<Paging> paging = read_paging(request, fault);
    if (!paging) co_return fault;
    const std::string search = query_value(request, "q");
    std::string digits = digits_in(search);
    if (!search.empty() && digits.empty())
        co_return unprocessable({{"query", "q", "must hold digits of a phone number", "value_error"}});

    std::string above;
    if (paging->cursor) above = "+" + std::to_string(*paging->cursor);
    const db::OptOutPage page = co_await opt_outs_.list(paging->limit, std::move(above), std::move(digits));
    json::object body{{"optOuts", json::array()}, {"nextCursor", nullptr}};
    for (const db::OptOut& opt_out : page.opt_outs)
        body["optOuts"].as_array().push_back(opt_out_json(opt_out));
    if (page.more) body["nextCursor"] = page.opt_outs.back().phone_number.substr(1);
    co_return http::json_response(200, json_text(body));
}

asio::awaitable<http::Response> OptOutRoutes::one(http::Request request)
{
    std::optional<std::string> phone = phone_of(request);
    if (!phone) co_return bad_phone_number();
    const std::optional<db::OptOut> opt_out = co_await opt_outs_.find(std::move(*phone));
    if (!opt_out) co_return not_opted_out();
    co_return http::json_response(200, json_text(opt_out_json(*opt_out)));
}

asio::awaitable<http::Response> OptOutRoutes::add(http::Request request)
{
    std::optional<std::string> phone = phone_of(request);
    if (!phone) co_return bad_phone_number();
    const db::AddedOptOut added = co_await opt_outs_.add(std::move(*phone));
    int status = 200;
    if (added.is_new) status = 201;
    co_return http::json_response(status, json_text(opt_out_json(added.opt_out)));
}

asio::awaitable<http::Response> OptOutRoutes::lift(http::Request request)
{
    std::optional<std::string> phone = phone_of(request);
    if (!phone) co_return bad_phone_number();
    const bool lifted = co_await opt_outs_.lift(std::move(*phone));
    if (!lifted) co_return not_opted_out();
    http::Response response;
    response.status = 204;
    co_return response;
}

std::optional<std::string> OptOutRoutes::phone_of(const http::Request& request) const
{
    return text::parse_phone_number(request.path_values.at("phone"), default_country_code_);
}

} // namespace waybill::api
