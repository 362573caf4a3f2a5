#include "config/twilio_settings.hpp"

#include "config/ascii.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::config
{

namespace
{

constexpr std::string_view account_sid_name = "TWILIO_ACCOUNT_SID";
constexpr std::string_view auth_token_name = "TWILIO_AUTH_TOKEN";
constexpr std::string_view phone_number_name = "TWILIO_PHONE_NUMBER";
constexpr std::string_view messaging_service_name = "TWILIO_MESSAGING_SERVICE_SID";
constexpr std::string_view api_key_sid_name = "TWILIO_API_KEY_SID";
constexpr std::string_view api_key_secret_name = "TWILIO_API_KEY_SECRET";
constexpr std::string_view api_base_url_name = "TWILIO_API_BASE_URL";

constexpr std::array credential_names = {account_sid_name,       auth_token_name,  phone_number_name,
                                         messaging_service_name, api_key_sid_name, api_key_secret_name};

constexpr std::string_view not_configured = "Twilio credentials not fully configured: ";

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_hex_digit(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_sid(std::string_view text, std::string_view prefix)
{
    return text.size() == 34 && text.starts_with(prefix) && std::ranges::all_of(text.substr(2), is_hex_digit);
}

bool is_e164(std::string_view text)
{
    return text.size() >= 9 && text.size() <= 16 && text.front() == '+' && text[1] != '0' &&
           std::ranges::all_of(text.substr(1), is_digit);
}

bool is_short_code(std::string_view text)
{
    return text.size() >= 3 && text.size() <= 6 && std::ranges::all_of(text, is_digit);
}

// Why the simulator is used, or nothing when real credentials were intended.
std::optional<std::string> reason_to_simulate(const SettingReader& reader)
{
    constexpr std::string_view what_to_set =
        "set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER (or TWILIO_MESSAGING_SERVICE_SID), and "
        "PUBLIC_BASE_URL, to send through Twilio";
    const auto reason = std::string{not_configured} + std::string{what_to_set};

    const auto tokens = split_at_commas(reader.text(auth_token_name));
    if (!tokens.empty() && std::ranges::all_of(tokens, is_placeholder))
        return reason + "; TWILIO_AUTH_TOKEN still holds the placeholder of an example file";

    const auto says_nothing = [&](std::string_view name) {
        const auto value = reader.text(name);
        return value.empty() || is_placeholder(value);
    };
    if (std::ranges::all_of(credential_names, says_nothing)) return reason;
    return std::nullopt;
}

void still_a_placeholder(SettingReader& reader, std::string_view name)
{
    reader.fault(name,
                 std::string{name} + " still holds the placeholder of an example file; put the real value there.");
}

std::string read_account_sid(SettingReader& reader)
{
    constexpr auto name = account_sid_name;
    auto sid = reader.text(name);
    if (sid.empty())
        reader.fault(name, std::string{not_configured} + "set TWILIO_ACCOUNT_SID to the Account SID from the Twilio "
                                                         "Console (AC and 32 hexadecimal digits).");
    else if (is_placeholder(sid))
        still_a_placeholder(reader, name);
    else if (sid.starts_with("OR"))
        reader.fault(name, "TWILIO_ACCOUNT_SID is the SID of an organization, an account starts with AC; copy the "
                           "Account SID from the Twilio Console.");
    else if (sid.starts_with("SK"))
        reader.fault(name, "TWILIO_ACCOUNT_SID is the SID of an API key, an account starts with AC; the API key "
                           "belongs in TWILIO_API_KEY_SID.");
    else if (!is_sid(sid, "AC"))
        reader.fault(name, "TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits; copy the Account SID from the "
                           "Twilio Console.");
    return sid;
}

std::vector<std::string> read_auth_tokens(SettingReader& reader)
{
    auto tokens = split_at_commas(reader.text(auth_token_name));
    if (tokens.empty())
        reader.fault(auth_token_name,
                     std::string{not_configured} +
                         "set TWILIO_AUTH_TOKEN to the Auth Token from the Twilio Console; receipts are verified with "
                         "it, also when an API key signs in.");
    else if (std::ranges::any_of(tokens, is_placeholder))
        still_a_placeholder(reader, auth_token_name);
    return tokens;
}

void read_api_key(SettingReader& reader, TwilioSettings& twilio)
{
    twilio.api_key_sid = reader.text(api_key_sid_name);
    twilio.api_key_secret = reader.text(api_key_secret_name);
    if (twilio.api_key_sid.empty() && twilio.api_key_secret.empty()) return;

    if (twilio.api_key_sid.empty())
        reader.fault(api_key_sid_name, "TWILIO_API_KEY_SECRET is set without TWILIO_API_KEY_SID; set both or neither.");
    else if (is_placeholder(twilio.api_key_sid))
        still_a_placeholder(reader, api_key_sid_name);
    else if (!is_sid(twilio.api_key_sid, "SK"))
        reader.fault(api_key_sid_name, "TWILIO_API_KEY_SID must be SK and 32 hexadecimal digits.");

    if (twilio.api_key_secret.empty())
        reader.fault(api_key_secret_name,
                     "TWILIO_API_KEY_SID is set without TWILIO_API_KEY_SECRET; set both or neither.");
    else if (is_placeholder(twilio.api_key_secret))
        still_a_placeholder(reader, api_key_secret_name);
}

void read_sender(SettingReader& reader, TwilioSettings& twilio)
{
    twilio.phone_number = reader.text(phone_number_name);
    twilio.messaging_service_sid = reader.text(messaging_service_name);
    if (twilio.phone_number.empty() && twilio.messaging_service_sid.empty())
        reader.fault(phone_number_name,
                     std::string{not_configured} +
                         "set TWILIO_PHONE_NUMBER (or TWILIO_MESSAGING_SERVICE_SID) to what the texts come from.");

    if (is_placeholder(twilio.phone_number))
        still_a_placeholder(reader, phone_number_name);
    else if (!twilio.phone_number.empty() && !is_e164(twilio.phone_number) && !is_short_code(twilio.phone_number))
        reader.fault(phone_number_name, "TWILIO_PHONE_NUMBER must be in E.164 form, such as +15551234567, or a short "
                                        "code, such as 72345.");

    if (is_placeholder(twilio.messaging_service_sid))
        still_a_placeholder(reader, messaging_service_name);
    else if (!twilio.messaging_service_sid.empty() && !is_sid(twilio.messaging_service_sid, "MG"))
        reader.fault(messaging_service_name, "TWILIO_MESSAGING_SERVICE_SID must be MG and 32 hexadecimal digits.");
}

} // namespace

bool is_placeholder(std::string_view value)
{
    constexpr std::array telltales = {"your_",     "your-",        "change_me",   "change-me",
                                      "changeme",  "replace_me",   "replace-me",  "replace_with",
                                      "replaceme", "replace-with", "placeholder", "xxxxxxxx"};
    if (value.empty()) return false;
    const auto text = lower_case(value);
    const auto contains = [&](std::string_view telltale) { return text.find(telltale) != text.npos; };
    const bool bracketed = (text.front() == '<' && text.back() == '>') || (text.front() == '[' && text.back() == ']');
    const bool filler = text.find_first_not_of("x*.") == text.npos;
    return bracketed || filler || text.starts_with("your") || text.ends_with("_here") || text.ends_with("-here") ||
           std::ranges::any_of(telltales, contains);
}

TwilioChoice read_twilio(SettingReader& reader)
{
    const auto base_url = reader.base_url(api_base_url_name);
    if (auto reason = reason_to_simulate(reader)) return {std::nullopt, std::move(*reason)};

    TwilioSettings twilio;
    twilio.account_sid = read_account_sid(reader);
    twilio.auth_tokens = read_auth_tokens(reader);
    read_api_key(reader, twilio);
    read_sender(reader, twilio);
    twilio.api_base_url = base_url ? base_url->text : std::string{default_api_base_url};
    return {std::move(twilio), {}};
}

} // namespace waybill::config
