#include "server/simulator/controls.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/http/browser_rules.hpp"
#include "server/simulator/replies.hpp"
#include "server/simulator/sids.hpp"
#include "server/simulator/simulator.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace waybill::simulator
{

namespace
{

enum class OptOutWord
{
    none,
    stop,
    start,
    help
};

constexpr std::array<std::string_view, 8> stop_words{"STOP",    "UNSUBSCRIBE", "END",    "QUIT",
                                                     "STOPALL", "REVOKE",      "OPTOUT", "CANCEL"};
constexpr std::array<std::string_view, 3> start_words{"START", "YES", "UNSTOP"};
constexpr std::array<std::string_view, 2> help_words{"HELP", "INFO"};

std::string normalised(std::string_view body)
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = std::min(body.find_first_not_of(blanks), body.size());
    std::string word(body.substr(begin, body.find_last_not_of(blanks) + 1 - begin));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return word;
}

// Twilio's default keywords: the whole text is the one word, in any case.
OptOutWord read_opt_out_word(std::string_view body)
{
    const std::string word = normalised(body);
    const auto is_one_of = [&word](const auto& words) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    if (is_one_of(stop_words)) return OptOutWord::stop;
    if (is_one_of(start_words)) return OptOutWord::start;
    if (is_one_of(help_words)) return OptOutWord::help;
    return OptOutWord::none;
}

// The OptOutType of an inbound message; empty for none.
std::string_view name_of(OptOutWord word)
{
    constexpr std::array<std::string_view, 4> names{"", "STOP", "START", "HELP"};
    return names[static_cast<std::size_t>(word)];
}

constexpr std::size_t ledger_piece = 64 * 1024;

asio::awaitable<void> write_ledger(std::shared_ptr<Account> account, http::BodyWriter& writer)
{
    const std::uint64_t end = account->messages.end();
    std::string piece;
    for (std::uint64_t index = account->messages.begin(); index < end; ++index) {
        const Message* const message = account->messages.find(index);
        if (message == nullptr) continue; // forgotten in the meantime
        piece += ledger_line(*account, *message, index);
        if (piece.size() < ledger_piece) continue;
        co_await writer.write(std::exchange(piece, std::string()));
    }
    if (!piece.empty()) co_await writer.write(std::move(piece));
}

// The controls need no credential: no page of another site may reach them through a browser on this machine.
asio::awaitable<std::optional<http::Response>> refuse_strangers(http::Request& request)
{
    const http::BrowserRules rules;
    const auto refusal = http::refuse_browser(rules, http::browser_request_of(rules, request));
    if (!refusal) co_return std::nullopt;
    co_return http::error_response(refusal->status, refusal->sentence);
}

std::string inbound_reply(const std::string& sid, const WebhookResult& result)
{
    boost::json::object reply;
    reply["sid"] = sid;
    reply["webhook_status"] = result.http_status;
    reply["webhook_body"] = db::storable(result.body);
    return boost::json::serialize(reply);
}

} // namespace

Controls::Controls(std::shared_ptr<Account> account, CountersNow counters_now)
    : account_(std::move(account)), counters_now_(std::move(counters_now))
{
}

void Controls::add_routes(http::Router& router)
{
    const Self self = shared_from_this();
    const auto ledger = [self](http::Request) { return send_ledger(self); };
    const auto counters = [self](http::Request) { return send_counters(self); };
    const auto inbound = [self](http::Request request) { return receive_inbound(self, std::move(request)); };
    const auto settings = [self](http::Request request) { return receive_settings(self, std::move(request)); };
    router.add({"GET", "/simulator/ledger", http::BodyKind::none, 0, ledger, refuse_strangers});
    router.add({"GET", "/simulator/counters", http::BodyKind::none, 0, counters, refuse_strangers});
    router.add({"POST", "/simulator/inbound", http::BodyKind::text, 64 * 1024, inbound, refuse_strangers});
    router.add({"POST", "/simulator/settings", http::BodyKind::text, 64 * 1024, settings, refuse_strangers});
}

asio::awaitable<http::Response> Controls::send_ledger(Self self)
{
    http::Response response;
    response.headers.emplace_back("Content-Type", "application/x-ndjson");
    response.stream = [account = self->account_](http::BodyWriter& writer) { return write_ledger(account, writer); };
    co_return response;
}

asio::awaitable<http::Response> Controls::send_counters(Self self)
{
    co_return http::json_response(200, counters_json(self->counters_now_()));
}

asio::awaitable<http::Response> Controls::receive_inbound(Self self, http::Request request)
{
    Account& account = *self->account_;
    const auto given = webhooks::parse_form(request.body);
    if (!given || given->value("From").empty() || given->value("To").empty())
        co_return http::error_response(400, "Give From, To and Body as a form.");
    self->keep_opt_out(*given);
    const std::string sid = make_sid("SM", account.options.seed, account.inbound++, Aspect::inbound_sid);
    WebhookResult result;
    if (!account.options.inbound_url.empty()) {
        CallbackUrl url = std::get<CallbackUrl>(parse_callback_url(account.options.inbound_url));
        webhooks::Form form = self->make_inbound_form(*given, sid);
        std::string token = make_uuid(account.options.seed, account.callbacks++, Aspect::idempotency_token);
        result = co_await account.webhooks.post(std::move(url), std::move(form), std::move(token));
    }
    co_return http::json_response(200, inbound_reply(sid, result));
}

asio::awaitable<http::Response> Controls::receive_settings(Self self, http::Request request)
{
    co_return self->change_settings(request);
}

http::Response Controls::change_settings(const http::Request& request)
{
    const auto form = webhooks::parse_form(request.body);
    if (!form) return http::error_response(400, "Give the settings as a form.");
    auto changed = with_settings(account_->options, *form);
    if (const auto* fault = std::get_if<std::string>(&changed)) return http::error_response(400, *fault);
    try {
        account_->change_options(std::get<SimulatorOptions>(std::move(changed)));
    }
    catch (const std::invalid_argument& fault) {
        return http::error_response(400, fault.what());
    }
    http::Response done;
    done.status = 204;
    return done;
}

void Controls::keep_opt_out(const webhooks::Form& inbound)
{
    const auto digits = digits_of(inbound.value("From"));
    if (!digits) return;
    const OptOutWord word = read_opt_out_word(inbound.value("Body"));
    if (word == OptOutWord::stop) account_->opted_out.insert(*digits);
    if (word == OptOutWord::start) account_->opted_out.erase(*digits);
}

webhooks::Form Controls::make_inbound_form(const webhooks::Form& given, const std::string& sid) const
{
    const SimulatorOptions& options = account_->options;
    const std::string body(given.value("Body"));
    const std::string service(given.value("MessagingServiceSid"));
    const std::string_view opt_out = name_of(read_opt_out_word(body));
    webhooks::Form form;
    form.parameters = {{"MessageSid", sid},
                       {"SmsSid", sid},
                       {"SmsMessageSid", sid},
                       {"AccountSid", options.account_sid},
                       {"From", std::string(given.value("From"))},
                       {"To", std::string(given.value("To"))},
                       {"Body", body},
                       {"NumMedia", "0"},
                       {"NumSegments", std::to_string(options.count_segments ? options.count_segments(body) : 1)},
                       {"SmsStatus", "received"},
                       {"ApiVersion", "2010-04-01"}};
    if (!service.empty()) form.parameters.emplace_back("MessagingServiceSid", service);
    if (options.advanced_opt_out && !opt_out.empty()) form.parameters.emplace_back("OptOutType", opt_out);
    return form;
}

} // namespace waybill::simulator
