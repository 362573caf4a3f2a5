#include "server/api/contract/request.hpp"

#include "webhooks/form.hpp"

#include <charconv>
#include <utility>

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

std::string path_value(const http::Request& request, std::string_view name)
{
    return request.path_values.find(name)->second; // the route's pattern has that name
}

asio::awaitable<db::Campaign> campaign_of(db::Campaigns campaigns, const http::Request& request)
{
    return find_campaign(campaigns, path_value(request, "id"));
}

http::Refusal campaign_not_found()
{
    return {404, "Campaign not found"};
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
    return {404, "Message not found"};
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

} // namespace waybill::api
