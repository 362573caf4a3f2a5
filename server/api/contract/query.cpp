#include "server/api/contract/query.hpp"

#include "server/api/contract/errors.hpp"
#include "webhooks/form.hpp"

#include <charconv>

namespace waybill::api
{

namespace
{

constexpr std::int64_t longest_page = 1'000;

} // namespace

std::optional<std::int64_t> parse_number(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
    return number;
}

std::string query_value(const http::Request& request, std::string_view name)
{
    const auto parameters = webhooks::parse_form(request.query());
    return parameters ? std::string(parameters->value(name)) : "";
}

std::optional<Paging> read_paging(const http::Request& request, http::Response& fault)
{
    Paging paging;
    if (const std::string text = query_value(request, "limit"); !text.empty()) {
        const auto limit = parse_number(text);
        if (!limit || *limit > longest_page) {
            fault = unprocessable({{"query", "limit", "must be a whole number from 1 to 1000", "int_parsing"}});
            return std::nullopt;
        }
        paging.limit = static_cast<int>(*limit);
    }
    if (const std::string text = query_value(request, "cursor"); !text.empty()) {
        paging.cursor = parse_number(text);
        if (!paging.cursor) {
            fault = unprocessable({{"query", "cursor", "must be a nextCursor of an earlier reply", "value_error"}});
            return std::nullopt;
        }
    }
    return paging;
}

} // namespace waybill::api
