#include "server/api/contract/idempotency.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/contract/errors.hpp"

#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::size_t longest_key = 255;

http::Response faulty_key(std::string message, std::string type)
{
    return unprocessable({{"header", "Idempotency-Key", std::move(message), std::move(type)}});
}

} // namespace

std::string idempotency_key_of(const http::Request& request)
{
    return std::string(request.headers.value_or_empty("Idempotency-Key"));
}

std::optional<http::Response> refuse_key(const std::string& key)
{
    if (key.size() > longest_key) return faulty_key("must have at most 255 characters", "string_too_long");
    if (db::storable(key) != key) return faulty_key("must be UTF-8 text", "value_error");
    return std::nullopt;
}

http::Response key_was_used()
{
    return faulty_key("was used for another request; use a new key", "value_error");
}

} // namespace waybill::api
