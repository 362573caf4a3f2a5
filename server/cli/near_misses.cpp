#include "server/cli/near_misses.hpp"

#include <array>
#include <utility>

namespace waybill::cli
{

namespace
{

// A request that differs from the one received; `change` is empty when it does not.
struct UrlVariant
{
    std::string url;
    std::string change;
};

struct BodyVariant
{
    std::optional<webhooks::Form> form; // empty: nothing but the URL is signed
    std::string change;
    webhooks::BodyType type = webhooks::BodyType::form;
};

struct UrlParts
{
    std::string scheme; // https://
    std::string host;   // with userinfo and port
    std::string path;
    std::string query; // with its `?`

    explicit UrlParts(std::string_view url)
    {
        url = url.substr(0, url.find('#'));
        const auto take = [&](std::size_t size) {
            const std::string_view part = url.substr(0, size);
            url.remove_prefix(part.size());
            return std::string(part);
        };
        scheme = take(url.find("://") + 3);
        host = take(url.find_first_of("/?"));
        path = take(url.find('?'));
        query = url;
    }

    std::string whole() const { return scheme + host + path + query; }
};

std::string replace_all(std::string text, std::string_view from, std::string_view to)
{
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

void change_letters(std::string& text, char first, char last, int distance)
{
    for (char& letter : text)
        if (letter >= first && letter <= last) letter = static_cast<char>(letter + distance);
}

struct UrlChange
{
    void (*apply)(UrlParts&); // leaves the URL alone where it does not fit
    std::string_view sentence;
};

constexpr std::array url_changes{
    UrlChange{[](UrlParts& url) { url.scheme = "https://"; },
              "The URL was signed with https://: start PUBLIC_BASE_URL with it, as the address that Twilio calls does, "
              "even when a proxy in between speaks http to Waybill."},
    UrlChange{[](UrlParts& url) { url.scheme = "http://"; },
              "The URL was signed with http://: start PUBLIC_BASE_URL with it, or give Twilio the https address."},
    UrlChange{[](UrlParts& url) { url.path += url.path.ends_with('/') ? "" : "/"; },
              "The path was signed with a trailing slash: a proxy or redirect removed it, or the URL given to "
              "Twilio has one too many."},
    UrlChange{[](UrlParts& url) { url.path.resize(url.path.size() - url.path.ends_with('/')); },
              "The path was signed without the trailing slash: a proxy or redirect added it, or the URL given to "
              "Twilio lacks it."},
    UrlChange{[](UrlParts& url) { url.path = replace_all(url.path, "//", "/"); },
              "The path was signed without doubled slashes: remove the slash at the end of PUBLIC_BASE_URL."},
    UrlChange{[](UrlParts& url) { change_letters(url.host, 'A', 'Z', 'a' - 'A'); },
              "The host was signed in lower case: write it in lower case in PUBLIC_BASE_URL."},
    UrlChange{[](UrlParts& url) { change_letters(url.host, 'a', 'z', 'A' - 'a'); },
              "The host was signed in upper case: write PUBLIC_BASE_URL exactly like the URL given to Twilio."},
    UrlChange{[](UrlParts& url) { url.query.clear(); },
              "The URL was signed without its query: a proxy or redirect added it on the way."},
    UrlChange{
        [](UrlParts& url) { url.query = replace_all(url.query, "'", "%27"); },
        "The query was signed with %27 in place of an apostrophe: do not use apostrophes in URLs given to Twilio."},
    UrlChange{[](UrlParts& url) { url.query = replace_all(url.query, "%27", "'"); },
              "The query was signed with an apostrophe in place of %27: a proxy escaped it on the way."},
    UrlChange{[](UrlParts& url) { url.query = replace_all(url.query, "%20", "+"); },
              "The query was signed with + in place of %20: a proxy rewrote it on the way."},
    UrlChange{[](UrlParts& url) { url.query = replace_all(url.query, "+", "%20"); },
              "The query was signed with %20 in place of +: a proxy rewrote it on the way."}};

std::vector<UrlVariant> url_variants(const std::string& url)
{
    std::vector<UrlVariant> variants{{url, ""}};
    const UrlParts given(url);
    for (const auto& [apply, sentence] : url_changes) {
        UrlParts changed = given;
        apply(changed);
        if (changed.whole() != given.whole()) variants.push_back({changed.whole(), std::string(sentence)});
    }
    return variants;
}

// The form with every value changed; empty when a value cannot be.
template <class Change>
std::optional<webhooks::Form> with_changed_values(std::optional<webhooks::Form> form, Change change)
{
    if (!form) return std::nullopt;
    for (auto& parameter : form->parameters)
        if (!change(parameter.second)) return std::nullopt;
    return form;
}

bool decode_once_more(std::string& value)
{
    const auto decoded = webhooks::parse_form("value=" + replace_all(value, "&", "%26"));
    if (!decoded) return false;
    value = decoded->value("value");
    return true;
}

bool trim(std::string& value)
{
    constexpr std::string_view blanks = " \t\r\n";
    value.erase(value.find_last_not_of(blanks) + 1);
    value.erase(0, value.find_first_not_of(blanks));
    return true;
}

// The pairs of the body without decoding, for a body that something has already decoded.
std::optional<webhooks::Form> undecoded(const std::string& body)
{
    return webhooks::parse_form(replace_all(replace_all(body, "%", "%25"), "+", "%2B"));
}

std::vector<BodyVariant> json_variants(const Webhook& webhook)
{
    return {{std::nullopt, "", webhooks::BodyType::json},
            {std::nullopt,
             "The URL fits, but its bodySHA256 is missing or is not the SHA-256 of this body: pass the raw "
             "body, byte for byte, and the URL with its whole query."},
            {webhooks::parse_form(webhook.body), "The body was signed as a form: check --content-type."}};
}

std::vector<BodyVariant> get_variants(const Webhook& webhook)
{
    return {{std::nullopt, ""},
            {webhooks::parse_form(webhook.body),
             "The parameters of the body were signed: the request was a POST, so pass --method POST."}};
}

std::vector<BodyVariant> form_variants(const Webhook& webhook)
{
    const std::optional<webhooks::Form> form = webhooks::parse_form(webhook.body);
    std::vector<BodyVariant> variants{
        {form, ""},
        {with_changed_values(form, decode_once_more),
         "The parameters were signed after decoding them twice: something encoded the body a second time on its way."},
        {undecoded(webhook.body),
         "The body was signed as text that was already decoded: pass the raw body, byte for byte, as it was received."},
        {with_changed_values(form, trim), "The parameters were signed without the blanks around them: something added "
                                          "blanks or a line break to the body."}};
    std::erase_if(variants, [](const BodyVariant& each) { return !each.form; });
    variants.push_back({std::nullopt, "Only the URL was signed, without the body: that is how a GET or a JSON body is "
                                      "signed, so check --method and --content-type."});
    return variants;
}

std::vector<BodyVariant> body_variants(const Webhook& webhook)
{
    if (webhook.is_get) return get_variants(webhook);
    return webhook.is_json ? json_variants(webhook) : form_variants(webhook);
}

} // namespace

std::optional<NearMiss> find_near_miss(std::span<const webhooks::SigningKey> keys, const Webhook& webhook)
{
    std::optional<NearMiss> nearest;
    const std::vector<BodyVariant> bodies = body_variants(webhook);
    for (const UrlVariant& url : url_variants(webhook.url)) {
        for (const BodyVariant& body : bodies) {
            const auto key = webhooks::verify(keys, {.url = url.url,
                                                     .signature = webhook.signature,
                                                     .type = body.type,
                                                     .form = body.form ? &*body.form : nullptr,
                                                     .raw_body = webhook.body});
            if (!key) continue;
            NearMiss found{url.url, *key, {url.change, body.change}};
            std::erase(found.changes, "");
            if (!nearest || found.changes.size() < nearest->changes.size()) nearest = std::move(found);
        }
    }
    return nearest;
}

} // namespace waybill::cli
