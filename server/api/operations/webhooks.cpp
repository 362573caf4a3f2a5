#include "server/api/contract/request.hpp"
#include "server/api/operations/operations.hpp"

#include <utility>

namespace waybill::api
{

namespace
{

using webhooks::Verdict;

constexpr std::size_t max_callback = 64 * 1024;

// Throws unless the webhook is acknowledged.
void check(Verdict verdict, const char* malformed, const char* unstored)
{
    if (verdict == Verdict::malformed) throw http::Refusal(400, malformed);
    if (verdict == Verdict::unavailable) throw http::unavailable(unstored, 1);
    if (verdict == Verdict::forbidden)
        throw http::Refusal(403, "The X-Twilio-Signature does not fit; check TWILIO_AUTH_TOKEN and PUBLIC_BASE_URL "
                                 "with `waybill verify`");
}

http::Response status_response(Verdict verdict)
{
    check(verdict, "Not a status callback: send a form with MessageSid and MessageStatus",
          "The receipt could not be stored; send it again");
    http::Response response;
    response.status = 204;
    return response;
}

// Empty TwiML: Twilio would send any plain text to the person who wrote.
http::Response inbound_response(Verdict verdict)
{
    check(verdict, "Not an inbound message: send a form with MessageSid, From, To and Body",
          "The message could not be stored; send it again");
    http::Response response;
    response.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response/>\n";
    return response;
}

// The views live as long as the request.
webhooks::ReceivedCallback received(const http::Request& request)
{
    webhooks::ReceivedCallback callback;
    callback.target = request.target;
    callback.signature = request.headers.value_or_empty("X-Twilio-Signature");
    callback.content_type = request.headers.value_or_empty("Content-Type");
    callback.body = request.body;
    return callback;
}

} // namespace

asio::awaitable<http::Response> WebhookRoutes::status(http::Request request)
{
    if (request.body.size() > max_callback) co_return status_response(Verdict::malformed);
    webhooks::ReceivedCallback callback = received(request);
    const std::string id = path_value(request, "id");
    callback.message_id = id;
    callback.idempotency_token = request.headers.value_or_empty("I-Twilio-Idempotency-Token");
    const Verdict verdict = co_await receiver_.status(callback);
    co_return status_response(verdict);
}

asio::awaitable<http::Response> WebhookRoutes::inbound(http::Request request)
{
    if (request.body.size() > max_callback) co_return inbound_response(Verdict::malformed);
    const webhooks::ReceivedCallback callback = received(request);
    const Verdict verdict = co_await receiver_.inbound(callback);
    co_return inbound_response(verdict);
}

} // namespace waybill::api
