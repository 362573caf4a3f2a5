#include "server/cli/commands.hpp"
#include "server/cli/near_misses.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace waybill::cli
{

namespace
{

namespace options = boost::program_options;

constexpr int right = 0;
constexpr int wrong = 1;
options::options_description verify_options()
{
    options::options_description description("waybill verify judges one webhook as the server would");
    auto add = description.add_options();
    add("help", "this text");
    add("url", options::value<std::string>()->required(), "the URL given to Twilio, whole, with its query");
    add("token", options::value<std::string>()->required(), "auth token, or several separated by commas");
    add("signature", options::value<std::string>()->required(), "the X-Twilio-Signature header");
    add("body", options::value<std::string>()->default_value("", "empty"), "the raw body, as received");
    add("method", options::value<std::string>()->default_value("POST"), "GET or POST");
    add("content-type", options::value<std::string>()->default_value("application/x-www-form-urlencoded"),
        "of the body; or application/json");
    return description;
}

struct Request
{
    Webhook webhook;
    std::vector<webhooks::SigningKey> keys;
};

std::vector<webhooks::SigningKey> read_keys(std::string_view tokens)
{
    std::vector<webhooks::SigningKey> keys;
    while (!tokens.empty()) {
        const std::string_view token = tokens.substr(0, tokens.find(','));
        if (!token.empty()) keys.emplace_back(token);
        tokens.remove_prefix(std::min(token.size() + 1, tokens.size()));
    }
    if (keys.empty()) throw std::invalid_argument("--token is empty");
    return keys;
}

bool read_is_get(const std::string& method)
{
    if (method != "GET" && method != "POST") throw std::invalid_argument("--method must be GET or POST");
    return method == "GET";
}

bool read_is_json(std::string_view content_type)
{
    const std::string_view media_type = content_type.substr(0, content_type.find_first_of("; "));
    if (media_type != "application/json" && media_type != "application/x-www-form-urlencoded")
        throw std::invalid_argument("--content-type must be application/x-www-form-urlencoded or application/json");
    return media_type == "application/json";
}

Request read_request(const options::variables_map& values)
{
    const auto text = [&](const char* name) { return values[name].as<std::string>(); };
    Request request;
    request.webhook.url = text("url");
    if (!request.webhook.url.starts_with("https://") && !request.webhook.url.starts_with("http://"))
        throw std::invalid_argument("--url must begin with https:// or http://");
    request.webhook.signature = text("signature");
    request.webhook.body = text("body");
    request.webhook.is_get = read_is_get(text("method"));
    request.webhook.is_json = read_is_json(text("content-type")) && !request.webhook.is_get;
    request.keys = read_keys(text("token"));
    return request;
}

// Empty when the body is not a form.
std::optional<webhooks::Form> signed_form(const Webhook& webhook)
{
    if (webhook.is_get || webhook.is_json) return webhooks::Form{};
    return webhooks::parse_form(webhook.body);
}

std::optional<std::size_t> matching_key(const Request& request, const webhooks::Form& form)
{
    const Webhook& webhook = request.webhook;
    return webhooks::verify(request.keys,
                            {.url = webhook.url,
                             .signature = webhook.signature,
                             .type = webhook.is_json ? webhooks::BodyType::json : webhooks::BodyType::form,
                             .form = webhook.is_get ? nullptr : &form,
                             .raw_body = webhook.body});
}

std::string token_name(const Request& request, std::size_t key)
{
    if (request.keys.size() == 1) return "the token";
    return "token " + std::to_string(key + 1) + " of " + std::to_string(request.keys.size());
}

void explain_right(const Request& request, const webhooks::Form& form, std::size_t key, std::ostream& out)
{
    out << "The signature is right.\nIt was made with " << token_name(request, key) << " over ";
    for (const std::string& candidate : webhooks::url_candidates(request.webhook.url)) {
        if (request.keys[key].sign(candidate, form) != request.webhook.signature) continue;
        out << candidate << "\n";
        return;
    }
}

void explain_near_miss(const Request& request, const NearMiss& miss, std::ostream& out)
{
    out << "It would be right, with " << token_name(request, miss.key) << ", over " << miss.url << "\n";
    for (const std::string& change : miss.changes)
        out << "- " << change << "\n";
}

void explain_wrong(const Request& request, std::ostream& out)
{
    const Webhook& webhook = request.webhook;
    out << "The signature is wrong.\nNone of the tokens produces it for any form of the URL:\n";
    for (const std::string& candidate : webhooks::url_candidates(webhook.url))
        out << "  " << candidate << "\n";
    if (webhook.signature.size() != std::tuple_size_v<webhooks::Signature>) {
        out << "A signature is 28 characters of Base64; this one has " << webhook.signature.size()
            << ": pass the X-Twilio-Signature header as it was received.\n";
        return;
    }
    if (!webhook.is_get && !webhook.is_json && !webhooks::parse_form(webhook.body))
        out << "The body is not a form: an escape is broken, a name is missing, or it is too long. Pass the raw "
               "body.\n";
    if (const auto miss = find_near_miss(request.keys, webhook)) return explain_near_miss(request, *miss, out);
    out << "Nothing similar fits either. Check that the token is the primary auth token of the account and region that "
           "sent it (never the secret of an API key), that PUBLIC_BASE_URL is the address that Twilio was given, and "
           "that the body is the raw one.\n";
}

int judge(const Request& request, std::ostream& out)
{
    const auto form = signed_form(request.webhook);
    const auto key = form ? matching_key(request, *form) : std::nullopt;
    if (!key) {
        explain_wrong(request, out);
        return wrong;
    }
    explain_right(request, *form, *key, out);
    return right;
}

} // namespace

int run_verify(const std::vector<std::string>& arguments, std::ostream& out)
{
    const options::options_description description = verify_options();
    try {
        options::variables_map values;
        const options::positional_options_description no_positional;
        options::store(options::command_line_parser(arguments).options(description).positional(no_positional).run(),
                       values);
        if (values.contains("help")) {
            out << description;
            return right;
        }
        options::notify(values);
        return judge(read_request(values), out);
    }
    catch (const options::error& error) {
        out << error.what() << "\n" << description;
    }
    catch (const std::invalid_argument& error) {
        out << error.what() << "\n" << description;
    }
    return bad_usage;
}

} // namespace waybill::cli
