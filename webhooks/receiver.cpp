#include "webhooks/receiver.hpp"

#include "config/log.hpp"
#include "db/database.hpp"
#include "webhooks/callbacks.hpp"

#include <boost/algorithm/string/predicate.hpp>

namespace waybill::webhooks
{

namespace
{

bool is_form(std::string_view content_type)
{
    constexpr std::string_view form_type = "application/x-www-form-urlencoded";
    const std::string_view media_type = content_type.substr(0, content_type.find_first_of("; \t"));
    return boost::algorithm::iequals(media_type, form_type);
}

} // namespace

Receiver::Receiver(std::string public_base_url, const std::vector<std::string>& auth_tokens, Write write)
    : public_base_url_(std::move(public_base_url)), write_(std::move(write))
{
    for (const std::string& token : auth_tokens)
        keys_.emplace_back(token);
    counters_.verified_by_token.resize(keys_.size());
}

asio::awaitable<Verdict> Receiver::status(ReceivedCallback callback)
{
    const auto received_at = std::chrono::system_clock::now();
    if (!is_form(callback.content_type)) co_return count(Verdict::malformed);
    const std::optional<Form> form = parse_form(callback.body);
    if (!form || form->parameters.empty()) co_return count(Verdict::malformed);
    if (!is_signed(callback, *form)) co_return count(Verdict::forbidden);

    const CallbackContext context{callback.message_id, callback.idempotency_token, received_at};
    auto parsed = parse_status_callback(*form, context);
    if (const Malformed* malformed = std::get_if<Malformed>(&parsed)) {
        config::log(config::LogLevel::warning, "callback.malformed", {{"reason", malformed->reason}});
        co_return count(Verdict::malformed);
    }
    try {
        co_await write_(std::move(std::get<db::StatusCallback>(parsed)));
    }
    catch (const db::Unavailable&) { // told once by whoever watches PostgreSQL, not for each receipt
        co_return count(Verdict::unavailable);
    }
    catch (const db::DataError& error) {
        config::log(config::LogLevel::error, "callback.refused_by_database", {{"error", error.what()}});
        co_return count(Verdict::malformed);
    }
    counters_.last_acknowledged = received_at;
    co_return count(Verdict::acknowledged);
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

Verdict Receiver::count(Verdict verdict)
{
    ++counters_.by_verdict[static_cast<std::size_t>(verdict)];
    return verdict;
}

} // namespace waybill::webhooks
