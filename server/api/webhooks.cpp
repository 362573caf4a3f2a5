#include "server/api/webhooks.hpp"

#include "server/api/errors.hpp"
#include "server/api/guard.hpp"

#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::size_t largest_callback = 64 * 1024;
constexpr std::uint64_t largest_body =
    256 * 1024; // read in full, so that a callback that is too large is told to be malformed

http::Response respond(webhooks::Verdict verdict)
{
    switch (verdict) {
    case webhooks::Verdict::acknowledged: {
        http::Response response;
        response.status = 204;
        return response;
    }
    case webhooks::Verdict::forbidden:
        return http::error_response(403,
                                    "The X-Twilio-Signature does not fit; check TWILIO_AUTH_TOKEN and PUBLIC_BASE_URL "
                                    "with `waybill verify`");
    case webhooks::Verdict::malformed:
        return http::error_response(400, "Not a status callback: send a form with MessageSid and MessageStatus");
    case webhooks::Verdict::unavailable:
        break;
    }
    return unavailable("The receipt could not be stored; send it again", 1);
}

} // namespace

void WebhookRoutes::add_to(http::Router& router, const bool& ready)
{
    router.add({"POST", "/webhooks/twilio/status/{id}", http::BodyKind::text, largest_body,
                guarded(ready, [this](http::Request request) { return status(std::move(request)); })});
}

asio::awaitable<http::Response> WebhookRoutes::status(http::Request request)
{
    if (request.body.size() > largest_callback) co_return respond(webhooks::Verdict::malformed);
    webhooks::ReceivedCallback callback;
    callback.target = request.target;
    callback.message_id = request.path_values["id"];
    callback.signature = request.headers.value_or_empty("X-Twilio-Signature");
    callback.idempotency_token = request.headers.value_or_empty("I-Twilio-Idempotency-Token");
    callback.content_type = request.headers.value_or_empty("Content-Type");
    callback.body = request.body;
    const webhooks::Verdict verdict = co_await receiver_.status(callback);
    co_return respond(verdict);
}

} // namespace waybill::api
