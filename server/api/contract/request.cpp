#include "server/api/contract/request.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/http/header_fields.hpp"
#include "webhooks/form.hpp"

#include <boost/algorithm/hex.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace waybill::api
{

namespace
{

constexpr std::int64_t max_page = 1'000;

asio::awaitable<db::Campaign> find_campaign(db::Campaigns campaigns, std::string id)
{
    std::optional<db::Campaign> campaign = co_await campaigns.find(std::move(id));
    if (!campaign) throw campaign_not_found();
    co_return std::move(*campaign);
}

asio::awaitable<db::MessageHistory> find_message(db::Messages messages, db::MessageId id)
{
    std::optional<db::MessageHistory> message = co_await messages.find(id);
    if (!message) throw message_not_found();
    co_return std::move(*message);
}

constexpr std::size_t max_key_size = 255;

http::Refusal faulty_key(std::string message, std::string type)
{
    return http::Refusal({"header", "Idempotency-Key", std::move(message), std::move(type)});
}

class Sha256
{
public:
    Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free)
    {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
            throw std::runtime_error("SHA-256 is not available");
    }
    void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    // The size goes first, so that different lists of texts never look alike.
    void add_text(std::string_view text)
    {
        add(std::to_string(text.size()) + ":");
        add(text);
    }
    std::string hex()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned int size = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        return boost::algorithm::hex_lower(std::string(digest.begin(), digest.begin() + size));
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

void add_fields(const std::map<std::string, std::string, std::less<>>& fields, Sha256& hash)
{
    for (const auto& [name, value] : fields) {
        hash.add_text(name);
        hash.add_text(value);
    }
}

bool has_body(const http::Headers& headers)
{
    return headers.find("Transfer-Encoding") || headers.find("Content-Length").value_or("0") != "0";
}

} // namespace

// Other types of content can be sent by any page of the web, without asking first.
void require_json(const http::Request& request)
{
    if (request.method == "GET" || !has_body(request.headers)) return;
    const auto type = http::parse_header_value(request.headers.value_or_empty("Content-Type"));
    if (type.token != "application/json")
        throw http::Refusal(415, "Send the body as JSON, with Content-Type: application/json");
}

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

std::string path_value(const http::Request& request, std::string_view name)
{
    return request.path_values.find(name)->second; // the route's pattern has that name
}

db::Actor actor_of(const http::Request& request)
{
    db::Actor actor;
    actor.principal = request.caller.name;
    if (request.connection != nullptr) actor.peer = request.connection->peer_address;
    actor.request_id = request.id;
    actor.client_request_id = request.caller.request_id;
    return actor;
}

asio::awaitable<db::Campaign> campaign_of(db::Campaigns campaigns, const http::Request& request)
{
    return find_campaign(campaigns, path_value(request, "id"));
}

http::Refusal campaign_not_found()
{
    return http::Refusal(404, "Campaign not found").with_code(error_code("campaign_not_found"));
}

asio::awaitable<db::MessageHistory> message_of(db::Messages messages, const http::Request& request)
{
    return find_message(messages, message_id_of(request));
}

db::MessageId message_id_of(const http::Request& request)
{
    const std::optional<db::MessageId> id = parse_number(path_value(request, "id"));
    if (!id) throw message_not_found();
    return *id;
}

http::Refusal message_not_found()
{
    return http::Refusal(404, "Message not found").with_code(error_code("message_not_found"));
}

Paging read_paging(const http::Request& request)
{
    Paging paging;
    if (const std::string text = query_value(request, "limit"); !text.empty()) {
        const auto limit = parse_number(text);
        if (!limit || *limit > max_page)
            throw http::Refusal({"query", "limit", "must be a whole number from 1 to 1000", "int_parsing"});
        paging.limit = static_cast<int>(*limit);
    }
    if (const std::string text = query_value(request, "cursor"); !text.empty()) {
        paging.cursor = parse_number(text);
        if (!paging.cursor)
            throw http::Refusal({"query", "cursor", "must be a nextCursor of an earlier reply", "value_error"});
    }
    return paging;
}

std::string idempotency_key_of(const http::Request& request)
{
    std::string key(request.headers.value_or_empty("Idempotency-Key"));
    if (key.size() > max_key_size) throw faulty_key("must have at most 255 characters", "string_too_long");
    if (!db::is_storable(key)) throw faulty_key("must be UTF-8 text", "value_error");
    const std::string& owner = request.caller.name;
    if (key.empty() || owner.empty() || owner == "local") return key;
    return owner + "\n" + key; // no name and no key contains a line end
}

db::Creator creator_of(const http::Caller& caller)
{
    db::Creator creator{caller.name == "local" ? std::string() : caller.name, caller.daily_budget};
    if (!caller.time_zone.empty()) creator.time_zone = caller.time_zone;
    return creator;
}

void require_sender(const http::Caller& caller, std::string_view sender)
{
    if (caller.senders.empty() || std::ranges::find(caller.senders, sender) != caller.senders.end()) return;
    std::string list;
    for (const std::string& each : caller.senders)
        list.append(list.empty() ? "" : ", ").append(each);
    throw http::Refusal(403, "This key may only send from " + list + "; name one of them as from")
        .with_code(error_code("sender_not_allowed"));
}

namespace
{

std::string seconds_until(db::Time moment, db::Time now)
{
    const auto wait = std::chrono::ceil<std::chrono::seconds>(moment - now);
    return std::to_string(std::max<std::int64_t>(1, wait.count()));
}

} // namespace

http::Refusal over_daily_budget(db::OverDailyBudget over, db::Time now)
{
    return http::Refusal(429, "The daily budget of this key does not cover it; try again when the next day begins")
        .with_code(error_code("budget_used_up"))
        .with_header("Retry-After", seconds_until(over.ends, now));
}

http::Refusal day_used_up(db::DayUsedUp day, db::Time now)
{
    return http::Refusal(429, "The rest of the daily budget does not cover it; try again when the next day begins, or "
                              "ask the operator to raise DAILY_BUDGET")
        .with_code(error_code("budget_used_up"))
        .with_header("Retry-After", seconds_until(day.ends, now));
}

http::Refusal key_was_used()
{
    return faulty_key("was used for another request; use a new key", "value_error")
        .with_code(error_code("idempotency_key_reused"));
}

std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields)
{
    Sha256 hash;
    add_fields(fields, hash);
    return hash.hex();
}

std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields, const http::SpooledFile& file)
{
    Sha256 hash;
    add_fields(fields, hash);
    std::vector<char> piece(64 * 1024);
    for (std::uint64_t offset = 0;;) {
        const std::size_t size = file.read(offset, piece.data(), piece.size());
        if (size == 0) return hash.hex();
        hash.add({piece.data(), size});
        offset += size;
    }
}

} // namespace waybill::api
