#include "server/api/access/json_fields.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/event.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/events/events.hpp"
#include "server/events/endpoint_url.hpp"
#include "server/http/client/addresses.hpp"
#include "server/http/refusal.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::size_t max_addresses = 50;

http::Refusal address_not_found()
{
    return http::Refusal(404, "There is no notification address with this id")
        .with_code(error_code("notification_address_not_found"));
}

http::Refusal faulty_address(std::string message)
{
    return http::Refusal(http::FieldFault{"body", "address", std::move(message), "value_error"});
}

std::optional<std::string> read_preset(JsonFields& fields)
{
    auto preset = fields.optional("preset");
    if (preset && *preset != "everything" && *preset != "problems" && *preset != "nothing")
        fields.fault("preset", "must be everything, problems or nothing");
    return preset;
}

db::NotificationAddress read_address(const http::Request& request)
{
    JsonFields fields(request);
    db::NotificationAddress address;
    address.kind = fields.required("kind");
    address.address = fields.required("address");
    address.preset = read_preset(fields).value_or("problems");
    if (!address.kind.empty() && address.kind != "email" && address.kind != "chat")
        fields.fault("kind", "must be email or chat");
    fields.refuse_faults();
    return address;
}

ShownNotificationAddress show(const db::NotificationAddress& address)
{
    const bool is_secret = address.kind == "chat";
    return {.id = address.id,
            .kind = address.kind,
            .address = is_secret ? notify::shortened_chat_url(address.address) : address.address,
            .preset = address.preset,
            .created_by = address.created_by,
            .created_at = address.created_at,
            .last_attempt_at = address.attempted_at,
            .last_fault = text_or_null(address.fault),
            .waiting_notifications = address.waiting};
}

} // namespace

asio::awaitable<db::NotificationAddress> NotificationRoutes::address_of(const http::Request& request)
{
    const auto id = parse_number(path_value(request, "id"));
    std::optional<db::NotificationAddress> found;
    if (id) found = co_await addresses_.find(*id);
    if (!found) throw address_not_found();
    co_return std::move(*found);
}

asio::awaitable<void> NotificationRoutes::check(std::string kind, std::string address)
{
    if (kind == "email") {
        if (!notify::is_mail_address(address)) throw faulty_address("must be an e-mail address");
        co_return;
    }
    const bool allows_private = notifier_.options().chat.allows_private;
    const auto parsed = events::parse_endpoint_url(address, allows_private);
    if (const auto* fault = std::get_if<std::string>(&parsed)) throw faulty_address(*fault);
    http::AddressRule rule;
    if (!allows_private) rule = http::is_public_and_foreign;
    const auto executor = co_await asio::this_coro::executor;
    std::string origin = std::get<events::EndpointUrl>(parsed).origin;
    std::string fault = co_await events::fault_of_host(executor, std::move(origin), std::move(rule));
    if (!fault.empty()) throw faulty_address(std::move(fault));
}

asio::awaitable<http::Response> NotificationRoutes::list(http::Request)
{
    const std::vector<db::NotificationAddress> addresses = co_await addresses_.list();
    ShownNotificationAddresses shown;
    for (const db::NotificationAddress& address : addresses)
        shown.addresses.push_back(show(address));
    co_return json_reply(200, shown);
}

asio::awaitable<http::Response> NotificationRoutes::add(http::Request request)
{
    db::NotificationAddress address = read_address(request);
    co_await check(address.kind, address.address);
    const std::vector<db::NotificationAddress> present = co_await addresses_.list();
    if (present.size() >= max_addresses)
        throw http::Refusal(409, "There are 50 addresses already; remove one first")
            .with_code(error_code("too_many_addresses"));
    const db::NotificationAddress added = co_await addresses_.add(std::move(address), actor_of(request));
    co_return json_reply(201, show(added));
}

asio::awaitable<http::Response> NotificationRoutes::change(http::Request request)
{
    JsonFields fields(request);
    std::optional<std::string> address = fields.optional("address"), preset = read_preset(fields);
    fields.refuse_faults();
    const db::NotificationAddress before = co_await address_of(request);
    if (address) co_await check(before.kind, *address);
    const auto changed =
        co_await addresses_.change(before.id, std::move(address), std::move(preset), actor_of(request));
    if (!changed) throw address_not_found();
    co_return json_reply(200, show(*changed));
}

asio::awaitable<http::Response> NotificationRoutes::remove(http::Request request)
{
    const db::NotificationAddress address = co_await address_of(request);
    const bool removed = co_await addresses_.remove(address.id, actor_of(request));
    if (!removed) throw address_not_found();
    http::Response response;
    response.status = 204;
    co_return response;
}

asio::awaitable<http::Response> NotificationRoutes::test(http::Request request)
{
    db::NotificationAddress address = co_await address_of(request);
    const std::int64_t id = address.id;
    const std::string fault = co_await notifier_.test(std::move(address));
    co_await addresses_.note_test(id, fault, actor_of(request));
    co_return json_reply(200, ShownTestNotification{fault.empty(), text_or_null(fault)});
}

} // namespace waybill::api
