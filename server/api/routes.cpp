#include "server/api/routes.hpp"

#include "config/log.hpp"
#include "config/repeated_lines.hpp"
#include "db/postgres/database.hpp"
#include "server/access/limits.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/masking.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/openapi/document.hpp"
#include "server/api/openapi/request_names.hpp"
#include "server/http/refusal.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace waybill::api
{

namespace
{

// Makes a Handle of a member function of one of the handlers, or of a free function.
template <auto Function>
struct Handling;

template <class Handler, asio::awaitable<http::Response> (Handler::*Function)(http::Request)>
struct Handling<Function>
{
    static asio::awaitable<http::Response> handle(Handlers& handlers, http::Request&& request)
    {
        return (handlers.get<Handler>().*Function)(std::move(request));
    }
};

template <asio::awaitable<http::Response> (*Function)(http::Request)>
struct Handling<Function>
{
    static asio::awaitable<http::Response> handle(Handlers&, http::Request&& request)
    {
        return Function(std::move(request));
    }
};

template <auto Function>
constexpr Handle run = &Handling<Function>::handle;

using enum access::Permission;
using enum Body;
using enum Mask;
using enum Needs;

// clang-format off
constexpr auto routes = std::to_array<Route>({
// method    path                                     body        permission         mask    needs     handler
{"GET",    "/",                                       no_body,    none,              plain,  nothing,  run<&dashboard_page>},
{"GET",    "/assets/{name}",                          no_body,    none,              plain,  nothing,  run<&dashboard_asset>},
{"GET",    "/assets/{wing}/{name}",                   no_body,    none,              plain,  nothing,  run<&dashboard_asset>},
{"GET",    "/healthz",                                no_body,    none,              plain,  nothing,  run<&OperationRoutes::alive>},
{"GET",    "/readyz",                                 no_body,    none,              plain,  nothing,  run<&OperationRoutes::ready>},
{"GET",    "/api/health",                             no_body,    none,              plain,  nothing,  run<&OperationRoutes::health>},
{"GET",    "/api/system",                             no_body,    system_read,       plain,  nothing,  run<&OperationRoutes::system>},
{"GET",    "/metrics",                                no_body,    metrics_read,      plain,  nothing,  run<&OperationRoutes::metrics>},
{"GET",    "/api/openapi.json",                       no_body,    none,              plain,  nothing,  run<&openapi_json>},
{"GET",    "/api/docs",                               no_body,    none,              plain,  nothing,  run<&docs_page>},
{"GET",    "/api/docs/{name}",                        no_body,    none,              plain,  nothing,  run<&docs_file>},
{"GET",    "/api/errors",                             no_body,    reports_read,      plain,  nothing,  run<&error_codes>},

{"POST",   "/api/campaigns/sms",                      upload,     campaigns_write,   masked, database, run<&CampaignRoutes::create>},
{"POST",   "/api/campaigns/sms/preview",              upload,     campaigns_write,   masked, database, run<&PreviewRoute::preview>},
{"POST",   "/api/campaigns/sms/test",                 upload,     messages_send,     masked, database, run<&TestMessageRoute::send>},
{"POST",   "/api/campaigns/sms/preview/rejected-rows.csv", upload, people_read,      exported,database, run<&RejectedPreviewRoute::rejected_rows>},
{"GET",    "/api/campaigns/sms/sample-csv",           no_body,    none,              plain,  nothing,  run<&sample_csv>},
{"GET",    "/api/campaigns/sms/status/{id}",          no_body,    campaigns_read,    masked, database, run<&CampaignQueryRoutes::status>},
{"POST",   "/api/campaigns",                          large_json, campaigns_write,   masked, database, run<&CampaignRoutes::create_inline>},
{"GET",    "/api/campaigns",                          no_body,    campaigns_read,    masked, database, run<&CampaignQueryRoutes::list>},
{"GET",    "/api/campaigns/{id}",                     no_body,    campaigns_read,    masked, database, run<&CampaignQueryRoutes::one>},
{"PATCH",  "/api/campaigns/{id}",                     json_body,  campaigns_write,   masked, database, run<&ChangeRoute::change>},
{"GET",    "/api/campaigns/{id}/events",              no_body,    campaigns_read,    masked, database, run<&LiveRoutes::stream>},
{"GET",    "/api/campaigns/{id}/timeline",            no_body,    reports_read,      plain,  database, run<&ReportRoutes::timeline>},
{"GET",    "/api/campaigns/{id}/messages",            no_body,    messages_read,     listed, database, run<&CampaignQueryRoutes::messages>},
{"GET",    "/api/campaigns/{id}/replies",             no_body,    messages_read,     listed, database, run<&CampaignQueryRoutes::replies>},
{"GET",    "/api/campaigns/{id}/messages.csv",        no_body,    people_read,       exported,database, run<&ExportRoutes::messages>},
{"GET",    "/api/campaigns/{id}/messages.xlsx",       no_body,    people_read,       exported,database, run<&ExportRoutes::workbook>},
{"GET",    "/api/campaigns/{id}/rejected-rows.csv",   no_body,    people_read,       exported,database, run<&ExportRoutes::rejected_rows>},
{"POST",   "/api/campaigns/{id}/pause",               short_json, campaigns_control, masked, database, run<&CampaignControlRoutes::pause>},
{"POST",   "/api/campaigns/{id}/resume",              short_json, campaigns_control, masked, database, run<&CampaignControlRoutes::resume>},
{"POST",   "/api/campaigns/{id}/cancel",              short_json, campaigns_control, masked, database, run<&CampaignControlRoutes::cancel>},
{"POST",   "/api/campaigns/{id}/resend-unknown",      short_json, campaigns_control, plain,  database, run<&CampaignControlRoutes::resend_campaign>},

{"POST",   "/api/messages",                           json_body,  messages_send,     masked, database, run<&MessageRoutes::create>},
{"POST",   "/api/messages/batch",                     large_json, messages_send,     masked, database, run<&MessageRoutes::create_batch>},
{"GET",    "/api/messages",                           no_body,    messages_read,     listed, database, run<&MessageRoutes::list>},
{"GET",    "/api/messages/{id}",                      no_body,    messages_read,     masked, database, run<&MessageRoutes::one>},
{"POST",   "/api/messages/{id}/resend",               short_json, campaigns_control, plain,  database, run<&CampaignControlRoutes::resend_message>},

{"GET",    "/api/opt-outs",                           no_body,    messages_read,     listed, database, run<&OptOutRoutes::list>},
{"GET",    "/api/opt-outs/{phone}",                   no_body,    people_read,       exported,database, run<&OptOutRoutes::one>},
{"PUT",    "/api/opt-outs/{phone}",                   no_body,    opt_outs_write,    masked, database, run<&OptOutRoutes::add>},
{"DELETE", "/api/opt-outs/{phone}",                   no_body,    opt_outs_lift,     plain,  database, run<&OptOutRoutes::lift>},

{"GET",    "/api/people/{number}",                    no_body,    admin,             exported, database, run<&PeopleRoutes::one>},
{"DELETE", "/api/people/{number}",                    no_body,    admin,             plain,  database, run<&PeopleRoutes::erase>},

{"GET",    "/api/events",                             no_body,    events_read,       masked, database, run<&FeedRoutes::page>},
{"GET",    "/api/events/stream",                      no_body,    events_read,       masked, database, run<&FeedRoutes::stream>},
{"GET",    "/api/endpoints",                          no_body,    events_read,       plain,  database, run<&EndpointRoutes::list>},
{"POST",   "/api/endpoints",                          json_body,  endpoints_write,   plain,  database, run<&EndpointRoutes::add>},
{"GET",    "/api/endpoints/{id}",                     no_body,    events_read,       plain,  database, run<&EndpointRoutes::one>},
{"PATCH",  "/api/endpoints/{id}",                     json_body,  endpoints_write,   plain,  database, run<&EndpointRoutes::change>},
{"DELETE", "/api/endpoints/{id}",                     no_body,    endpoints_write,   plain,  database, run<&EndpointRoutes::remove>},
{"POST",   "/api/endpoints/{id}/rotate-secret",       short_json, endpoints_write,   plain,  database, run<&EndpointRoutes::rotate_secret>},
{"POST",   "/api/endpoints/{id}/test",                no_body,    endpoints_write,   plain,  database, run<&EndpointRoutes::test>},
{"GET",    "/api/endpoints/{id}/deliveries",          no_body,    events_read,       masked, database, run<&EndpointRoutes::deliveries>},
{"POST",   "/api/endpoints/{id}/replay",              json_body,  endpoints_write,   plain,  database, run<&EndpointRoutes::replay>},

{"GET",    "/api/notifications",                      no_body,    admin,             plain,  database, run<&NotificationRoutes::list>},
{"POST",   "/api/notifications",                      short_json, admin,             plain,  database, run<&NotificationRoutes::add>},
{"PATCH",  "/api/notifications/{id}",                 short_json, admin,             plain,  database, run<&NotificationRoutes::change>},
{"DELETE", "/api/notifications/{id}",                 no_body,    admin,             plain,  database, run<&NotificationRoutes::remove>},
{"POST",   "/api/notifications/{id}/test",            no_body,    admin,             plain,  database, run<&NotificationRoutes::test>},

{"GET",    "/api/senders",                            no_body,    system_read,       plain,  database, run<&SenderRoutes::list>},
{"POST",   "/api/senders/{sender}/resume",            no_body,    senders_control,   plain,  database, run<&SenderRoutes::resume>},
{"GET",    "/api/audit",                              no_body,    admin,             plain,  database, run<&AuditRoutes::list>},
{"GET",    "/api/reports/overview",                   no_body,    reports_read,      plain,  database, run<&ReportRoutes::overview>},

{"POST",   "/api/auth/session",                       short_json, none,              plain,  database, run<&SignInRoutes::session>},
{"POST",   "/api/auth/login",                         short_json, none,              plain,  database, run<&SignInRoutes::login>},
{"POST",   "/api/auth/setup",                         short_json, none,              plain,  database, run<&SignInRoutes::setup>},
{"POST",   "/api/auth/logout",                        short_json, none,              plain,  database, run<&SignInRoutes::logout>},
{"GET",    "/api/auth/me",                            no_body,    any,               plain,  nothing,  run<&SignInRoutes::me>},
{"GET",    "/api/users",                              no_body,    admin,             plain,  database, run<&UserRoutes::list>},
{"POST",   "/api/users",                              short_json, admin,             plain,  database, run<&UserRoutes::add>},
{"PATCH",  "/api/users/{email}",                      short_json, admin,             plain,  database, run<&UserRoutes::change>},
{"POST",   "/api/users/{email}/disable",              no_body,    admin,             plain,  database, run<&UserRoutes::disable>},
{"PUT",    "/api/users/{email}/password",             short_json, admin,             plain,  database, run<&UserRoutes::set_password>},
{"GET",    "/api/keys",                               no_body,    admin,             plain,  database, run<&KeyRoutes::list>},
{"POST",   "/api/keys",                               short_json, admin,             plain,  database, run<&KeyRoutes::add>},
{"PATCH",  "/api/keys/{id}",                          short_json, admin,             plain,  database, run<&KeyRoutes::change>},
{"DELETE", "/api/keys/{id}",                          no_body,    admin,             plain,  database, run<&KeyRoutes::revoke>},

{"POST",   "/webhooks/twilio/status/{id}",            form,       none,              plain,  journal,  run<&WebhookRoutes::status>},
{"POST",   "/webhooks/twilio/inbound",                form,       none,              plain,  nothing,  run<&WebhookRoutes::inbound>},
});
// clang-format on

// Of those that arrive or are read; fewer of one principal than may wait for the database.
constexpr std::size_t max_uploads = 64, max_uploads_each = 8;

http::BodyKind kind_of(Body body)
{
    if (body == no_body) return http::BodyKind::none;
    return body == upload ? http::BodyKind::multipart : http::BodyKind::text;
}

std::uint64_t limit_of(Body body, const CampaignRules& rules)
{
    if (body == upload) return rules.max_upload_bytes;
    if (body == short_json) return 4 * 1024;
    if (body == large_json) return 8 * 1024 * 1024;
    return body == form ? 256 * 1024 : 64 * 1024;
}

void refuse_while_starting(Needs needs, const Parts& parts)
{
    const bool is_ready = needs == nothing || (needs == journal ? parts.journal_open : parts.watch.ready());
    if (!is_ready)
        throw http::unavailable("Waybill is starting and waits for its database; try again in a few seconds")
            .with_code(error_code("starting"));
}

access::Demand demand_of(const Route& route)
{
    using access::Permission;
    const bool for_operators =
        route.permission == Permission::system_read || route.permission == Permission::metrics_read;
    return {route.permission, route.needs != nothing, for_operators && route.needs == nothing};
}

bool is_masked(const Route& route)
{
    return route.mask == masked || route.mask == listed;
}

std::string name_of(const Route& route)
{
    return std::string(route.method) + " " + std::string(route.path);
}

// That someone looks at many people, or takes them away, is known before they do.
asio::awaitable<void> log_reading(const Route& route, const Parts& parts, const http::Request& request)
{
    db::Action action{"read", std::string(route.path)};
    for (const auto& [name, value] : request.path_values) {
        const std::string part = "{" + name + "}";
        action.object.replace(action.object.find(part), part.size(), name == "id" ? value : config::masked(value));
    }
    db::AuditLog log(parts.database);
    co_await log.record(actor_of(request), std::move(action));
}

// Decides by a request's head, before its body is read.
asio::awaitable<std::optional<http::Response>> admit(const Route& route, const Parts& parts,
                                                     const access::Shares& uploads, http::Request& request)
{
    refuse_while_starting(route.needs, parts);
    if (route.body != upload && route.body != form) require_json(request);
    if (route.permission == none) co_return std::nullopt;
    std::optional<http::Response> refusal = co_await parts.gate.admit(demand_of(route), request);
    if (refusal && (refusal->status == 401 || refusal->status == 403))
        parts.refusals.count(actor_of(request), name_of(route));
    if (!refusal && route.body == upload) request.caller.share = uploads.take(request.caller.name);
    if (!refusal && is_masked(route) && !request.caller.sees_people)
        prepare_masked(request, [&gate = parts.gate](const std::string& cursor) { return gate.unseal(cursor); });
    co_return refusal;
}

// What holds personal data is kept by no cache, and masked for callers who may not see it.
void finish(const Route& route, const access::Gate& gate, bool sees_people, http::Response& response)
{
    if (route.permission == none && route.body != short_json) return;
    const auto is_cache_control = [](const http::Header& header) { return header.first == "Cache-Control"; };
    if (std::ranges::none_of(response.headers, is_cache_control))
        response.headers.emplace_back("Cache-Control", "no-store");
    if (is_masked(route) && !sees_people)
        mask_people(response, [&gate](std::string_view cursor) { return gate.seal(cursor); });
}

// The one place that every request passes on its way to its handler, which moves from it.
asio::awaitable<http::Response> dispatch(const Route& route, Handlers& handlers, const RequestNames* names,
                                         http::Request& request)
{
    refuse_while_starting(route.needs, handlers.parts);
    if (names != nullptr) names->check(request);
    const bool sees_people = request.caller.sees_people;
    try {
        if (route.mask == exported || (route.mask == listed && sees_people))
            co_await log_reading(route, handlers.parts, request);
        auto handling = route.handle(handlers, std::move(request));
        http::Response response = co_await std::move(handling);
        finish(route, handlers.parts.gate, sees_people, response);
        co_return response;
    }
    catch (const db::Unavailable& error) {
        config::log_repeated(config::LogLevel::warning, "request.database_away", {{"error", error.what()}});
    }
    catch (const db::Abandoned&) {
        co_return http::json_response(0, ""); // closes the connection
    }
    throw http::unavailable("The database cannot be reached right now; try again in a few seconds")
        .with_code(error_code("database_unavailable"));
}

// Webhooks and pages take what they do not know: nothing for these.
std::shared_ptr<const RequestNames> names_of(const Route& route)
{
    if (!route.path.starts_with("/api/")) return nullptr;
    const Operation* operation = find_operation(route.method, route.path);
    return operation == nullptr ? nullptr : std::make_shared<RequestNames>(*operation);
}

} // namespace

std::span<const Route> all_routes()
{
    return routes;
}

http::Router make_router(const Parts& parts)
{
    const auto handlers = std::make_shared<Handlers>(parts);
    const access::Shares uploads(max_uploads, max_uploads_each, "uploads");
    http::Router router;
    for (const Route& route : routes) {
        http::Route served{std::string(route.method), std::string(route.path), kind_of(route.body),
                           limit_of(route.body, parts.rules),
                           [&route, handlers, names = names_of(route)](http::Request&& request) {
                               return dispatch(route, *handlers, names.get(), request);
                           }};
        if (route.permission != none || route.body == short_json)
            served.admit = [&route, handlers, uploads](http::Request& request) {
                return admit(route, handlers->parts, uploads, request);
            };
        if (route.body == upload) served.file_field = "customerList";
        router.add(std::move(served));
    }
    return router;
}

} // namespace waybill::api
