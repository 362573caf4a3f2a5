#include "webhooks/receiver.hpp"

#include "config/ascii.hpp"
#include "config/log.hpp"
#include "db/postgres/database.hpp"
#include "webhooks/parsing.hpp"

namespace waybill::webhooks
{

namespace
{

bool is_form(std::string_view content_type)
{
    constexpr std::string_view form_type = "application/x-www-form-urlencoded";
    const std::string_view media_type = content_type.substr(0, content_type.find_first_of("; \t"));
    return media_type == form_type || config::lower_case(media_type) == form_type;
}

Verdict count(VerdictCounts& counts, Verdict verdict)
{
    ++counts[static_cast<std::size_t>(verdict)];
    return verdict;
}

Verdict refuse(const Malformed& malformed, const char* event)
{
    config::log(config::LogLevel::warning, event, {{"reason", malformed.reason}});
    return Verdict::malformed;
}

// Completes with `write`, and turns its failures into a verdict.
asio::awaitable<Verdict> make_durable(asio::awaitable<void> write)
{
    try {
        co_await std::move(write);
        co_return Verdict::acknowledged;
    }
    catch (const db::Unavailable&) { // DatabaseWatch logs it once, not for each webhook
        co_return Verdict::unavailable;
    }
    catch (const db::DataError& error) {
        config::log(config::LogLevel::error, "callback.refused_by_database", {{"error", error.what()}});
    }
    co_return Verdict::malformed;
}

} // namespace

Receiver::Receiver(std::string public_base_url, SignedBy signed_by, Write write, Keep keep)
    : public_base_url_(std::move(public_base_url)),
      account_sid_(std::move(signed_by.account_sid)),
      write_(std::move(write)),
      keep_(std::move(keep))
{
    for (const std::string& token : signed_by.auth_tokens)
        keys_.emplace_back(token);
    counters_.verified_by_token.resize(keys_.size());
}

asio::awaitable<Verdict> Receiver::status(ReceivedCallback callback)
{
    const auto received_at = std::chrono::system_clock::now();
    auto form = read_signed(callback);
    if (const Verdict* refused = std::get_if<Verdict>(&form)) co_return count(counters_.by_verdict, *refused);
    const CallbackContext context{callback.message_id, callback.idempotency_token, received_at};
    auto parsed = parse_status_callback(std::get<Form>(form), context);
    if (const Malformed* malformed = std::get_if<Malformed>(&parsed))
        co_return count(counters_.by_verdict, refuse(*malformed, "callback.malformed"));

    asio::awaitable<void> write = write_(std::move(std::get<db::Receipt>(parsed)));
    const Verdict verdict = co_await make_durable(std::move(write));
    if (verdict == Verdict::acknowledged) counters_.last_acknowledged = received_at;
    co_return count(counters_.by_verdict, verdict);
}

asio::awaitable<Verdict> Receiver::inbound(ReceivedCallback callback)
{
    const auto received_at = std::chrono::system_clock::now();
    auto form = read_signed(callback);
    if (const Verdict* refused = std::get_if<Verdict>(&form)) co_return count(counters_.inbound_by_verdict, *refused);
    auto parsed = parse_inbound_message(std::get<Form>(form), received_at);
    if (const Malformed* malformed = std::get_if<Malformed>(&parsed))
        co_return count(counters_.inbound_by_verdict, refuse(*malformed, "inbound.malformed"));

    auto& message = std::get<db::InboundMessage>(parsed);
    message.may_lift = is_beyond_doubt(std::get<Form>(form));
    asio::awaitable<void> keep = keep_(std::move(message));
    const Verdict verdict = co_await make_durable(std::move(keep));
    co_return count(counters_.inbound_by_verdict, verdict);
}

// The form of a webhook that Twilio has signed, or the verdict on one that is refused.
std::variant<Form, Verdict> Receiver::read_signed(const ReceivedCallback& callback)
{
    if (!is_form(callback.content_type)) return Verdict::malformed;
    std::optional<Form> form = parse_form(callback.body);
    if (!form || form->parameters.empty()) return Verdict::malformed;
    if (!is_signed(callback, *form)) return Verdict::forbidden;
    return *std::move(form);
}

bool Receiver::is_beyond_doubt(const Form& form) const
{
    return names_one_message(form) && form.value("AccountSid") == account_sid_;
}

bool Receiver::is_signed(const ReceivedCallback& callback, const Form& form)
{
    if (callback.signature.empty()) {
        ++counters_.missing_signature;
        return false;
    }
    std::string url;
    url.reserve(public_base_url_.size() + callback.target.size());
    url.append(public_base_url_).append(callback.target);
    SignedRequest request;
    request.url = url;
    request.signature = callback.signature;
    request.form = &form;
    const std::optional<std::size_t> key = verify(keys_, request);
    if (!key) {
        ++counters_.wrong_signature;
        return false;
    }
    ++counters_.verified_by_token[*key];
    return true;
}

} // namespace waybill::webhooks
