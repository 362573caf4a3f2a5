#include "server/twilio/client.hpp"

#include "server/twilio/account_check.hpp"
#include "server/twilio/reply_body.hpp"
#include "webhooks/form.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace waybill::twilio
{

namespace
{

// https://api.dublin.ie1.twilio.com and https://messaging.dublin.ie1.twilio.com; a stand-in has one host for both.
std::string messaging_origin(std::string origin)
{
    constexpr std::string_view api_host = "://api.";
    if (const std::size_t at = origin.find(api_host); at != std::string::npos)
        origin.replace(at, api_host.size(), "://messaging.");
    return origin;
}

std::string unchecked(const SenderQuery& query, const std::string& reason)
{
    return "Waybill could not ask Twilio about " + query.sender + ": " + reason +
           ". Look it up in the Twilio Console; a sender that the account does not have is refused for every message.";
}

} // namespace

std::vector<SenderQuery> sender_queries(const config::TwilioSettings& settings)
{
    const std::string account = "/2010-04-01/Accounts/" + settings.account_sid;
    const std::string& number = settings.phone_number;
    std::vector<SenderQuery> queries;
    if (number.starts_with('+'))
        queries.push_back({number, settings.api_base_url,
                           account + "/IncomingPhoneNumbers.json?PhoneNumber=" + webhooks::form_encode(number),
                           "incoming_phone_numbers"});
    else if (!number.empty())
        queries.push_back(
            {number, settings.api_base_url, account + "/SMS/ShortCodes.json?ShortCode=" + number, "short_codes"});
    if (const std::string& service = settings.messaging_service_sid; !service.empty())
        queries.push_back({service, messaging_origin(settings.api_base_url), "/v1/Services/" + service, ""});
    return queries;
}

std::optional<std::string> sender_fault(const SenderQuery& query, const http::ClientResult& result)
{
    if (const auto* failure = std::get_if<http::ClientFailure>(&result)) return unchecked(query, failure->reason);
    const auto& response = std::get<http::ClientResponse>(result);
    const ReplyBody body(response.body);
    const bool is_known = query.list.empty() ? !body.text("sid").empty() : !body.objects(query.list).empty();
    if (response.status == 200 && is_known) return std::nullopt;
    if (response.status != 200 && response.status != 404)
        return unchecked(query, "it answered with HTTP status " + std::to_string(response.status));
    const bool is_service = query.list.empty();
    return "This Twilio account has no " +
           (is_service ? "Messaging Service " + query.sender : "number or short code " + query.sender) +
           ", so Twilio would refuse every message. Set " +
           (is_service ? "TWILIO_MESSAGING_SERVICE_SID to a service" : "TWILIO_PHONE_NUMBER to a number") +
           " that the Twilio Console lists for this account.";
}

namespace
{

constexpr int list_pages = 10;
constexpr const char* list_page_size = "100"; // well below the client's limit on a response

std::string base64(std::string_view text)
{
    std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0'); // EVP_EncodeBlock ends with a NUL
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                    reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    encoded.pop_back();
    return encoded;
}

std::string basic(const std::string& user, const std::string& password)
{
    return "Basic " + base64(user + ":" + password);
}

std::string token_authorization(const config::TwilioSettings& settings)
{
    return basic(settings.account_sid, settings.auth_tokens.empty() ? "" : settings.auth_tokens.front());
}

http::ClientRequest request(std::string method, std::string target, std::string authorization)
{
    http::ClientRequest made;
    made.method = std::move(method);
    made.target = std::move(target);
    made.headers.reserve(4);
    made.headers.emplace_back("Authorization", std::move(authorization));
    made.headers.emplace_back("User-Agent", "waybill/" WAYBILL_VERSION);
    made.headers.emplace_back("Accept", "application/json");
    return made;
}

} // namespace

struct Client::State
{
    State(asio::any_io_executor given_executor, config::TwilioSettings given, http::ClientOptions given_options)
        : executor(std::move(given_executor)),
          options(std::move(given_options)),
          settings(std::move(given)),
          account_path("/2010-04-01/Accounts/" + settings.account_sid),
          authorization(has_api_key() ? basic(settings.api_key_sid, settings.api_key_secret)
                                      : token_authorization(settings)),
          http(executor, settings.api_base_url, options)
    {
    }

    bool has_api_key() const { return !settings.api_key_sid.empty(); }

    std::string create_form(const OutgoingMessage& message) const;
    std::string list_target(const MessageQuery& query) const;

    asio::any_io_executor executor;
    http::ClientOptions options;
    config::TwilioSettings settings;
    std::string account_path;
    std::string authorization;
    http::Client http;
};

std::string Client::State::create_form(const OutgoingMessage& message) const
{
    webhooks::Form form;
    form.parameters.reserve(6);
    const auto add = [&form](std::string name, std::string value) {
        if (!value.empty()) form.parameters.emplace_back(std::move(name), std::move(value));
    };
    add("To", message.to);
    add("From", message.from);
    add("MessagingServiceSid", settings.messaging_service_sid);
    add("Body", message.body);
    add("StatusCallback", message.status_callback);
    if (message.validity_period) add("ValidityPeriod", std::to_string(*message.validity_period));
    return webhooks::write_form(form);
}

std::string Client::State::list_target(const MessageQuery& query) const
{
    webhooks::Form form;
    form.parameters.emplace_back("To", query.to);
    if (!query.from.empty()) form.parameters.emplace_back("From", query.from);
    form.parameters.emplace_back("DateSent>", to_date(query.sent_since));
    form.parameters.emplace_back("PageSize", list_page_size);
    return account_path + "/Messages.json?" + webhooks::write_form(form);
}

Client::Client(asio::any_io_executor executor, config::TwilioSettings settings, http::ClientOptions options)
    : state_(std::make_unique<State>(std::move(executor), std::move(settings), std::move(options)))
{
}

Client::~Client() = default;

asio::awaitable<SendResult> Client::send(OutgoingMessage message)
{
    http::ClientRequest create = request("POST", state_->account_path + "/Messages.json", state_->authorization);
    create.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    create.body = state_->create_form(message);
    const http::ClientResult result = co_await state_->http.send(std::move(create));
    co_return classify_send(result);
}

asio::awaitable<FetchResult> Client::fetch(std::string sid)
{
    std::string target = state_->account_path + "/Messages/" + webhooks::form_encode(sid) + ".json";
    http::ClientRequest get = request("GET", std::move(target), state_->authorization);
    const http::ClientResult result = co_await state_->http.send(std::move(get));
    co_return classify_fetch(result);
}

// The next page is requested only under the account's own path, whatever a reply says.
asio::awaitable<ListResult> Client::list(MessageQuery query)
{
    std::vector<MessageRecord> records;
    std::string target = state_->list_target(query);
    for (int page = 0; page < list_pages; ++page) {
        ListPageResult result = co_await list_page(std::move(target));
        if (auto* rejected = std::get_if<Rejected>(&result)) co_return std::move(*rejected);
        if (auto* throttled = std::get_if<Throttled>(&result)) co_return *throttled;
        if (auto* unknown = std::get_if<Unknown>(&result)) co_return std::move(*unknown);
        auto& listed = std::get<MessageListPage>(result);
        std::move(listed.records.begin(), listed.records.end(), std::back_inserter(records));
        target = std::move(listed.next_target);
        if (target.empty()) co_return records;
        if (!target.starts_with(state_->account_path + "/Messages.json?"))
            co_return Unknown{"the next page is elsewhere"};
    }
    co_return Unknown{"there are more pages than Waybill reads"};
}

asio::awaitable<ListPageResult> Client::list_page(std::string target)
{
    http::ClientRequest get = request("GET", std::move(target), state_->authorization);
    const http::ClientResult result = co_await state_->http.send(std::move(get));
    co_return classify_list_page(result);
}

// An API key may not read the account, so the token is tried on the account and the key on the messages.
asio::awaitable<std::optional<std::string>> Client::check_credentials()
{
    const config::TwilioSettings& settings = state_->settings;
    http::ClientRequest account = request("GET", state_->account_path + ".json", token_authorization(settings));
    const http::ClientResult account_result = co_await state_->http.send(std::move(account));
    auto fault = account_fault(account_result, settings);
    if (fault || !state_->has_api_key()) co_return fault;

    std::string list = state_->account_path + "/Messages.json?PageSize=1";
    http::ClientRequest messages = request("GET", std::move(list), state_->authorization);
    const http::ClientResult messages_result = co_await state_->http.send(std::move(messages));
    co_return api_key_fault(messages_result, settings);
}

asio::awaitable<std::optional<std::string>> Client::check_senders()
{
    for (const SenderQuery& query : sender_queries(state_->settings)) {
        http::Client other(state_->executor, query.origin, state_->options);
        http::ClientRequest get = request("GET", query.target, state_->authorization);
        const http::ClientResult result = co_await other.send(std::move(get));
        other.close();
        if (auto fault = sender_fault(query, result)) co_return fault;
    }
    co_return std::nullopt;
}

void Client::close()
{
    state_->http.close();
}

} // namespace waybill::twilio
