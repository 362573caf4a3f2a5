#pragma once

#include "server/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::api
{

// A whole number from 1 on, such as the id of a message.
std::optional<std::int64_t> parse_number(std::string_view text);

// The decoded value of a query parameter; empty when it is absent.
std::string query_value(const http::Request& request, std::string_view name);

// `limit` and `cursor` of a list; a cursor is what `nextCursor` said, opaque to clients.
struct Paging
{
    int limit = 50;
    std::optional<std::int64_t> cursor;
};

// Empty when limit is not 1 to 1000 or the cursor is not one of ours; `fault` is the reply then.
std::optional<Paging> read_paging(const http::Request& request, http::Response& fault);

} // namespace waybill::api
