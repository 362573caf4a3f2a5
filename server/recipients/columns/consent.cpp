#include "server/recipients/columns/consent.hpp"

#include "config/ascii.hpp"
#include "server/recipients/columns/header_key.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace waybill::recipients
{

namespace
{

constexpr std::array<std::string_view, 56> negative{"no",
                                                    "n",
                                                    "false",
                                                    "f",
                                                    "0",
                                                    "00",
                                                    "off",
                                                    "none",
                                                    "never",
                                                    "not",
                                                    "nope",
                                                    "nah",
                                                    "nein",
                                                    "non",
                                                    "nee",
                                                    "nej",
                                                    "nie",
                                                    "na",
                                                    "optedout",
                                                    "optout",
                                                    "out",
                                                    "declined",
                                                    "decline",
                                                    "denied",
                                                    "refused",
                                                    "rejected",
                                                    "revoked",
                                                    "withdrawn",
                                                    "unsubscribed",
                                                    "unsubscribe",
                                                    "unconfirmed",
                                                    "pending",
                                                    "cleaned",
                                                    "suppressed",
                                                    "blocked",
                                                    "redacted",
                                                    "invalid",
                                                    "expired",
                                                    "stop",
                                                    "stopped",
                                                    "disabled",
                                                    "disallowed",
                                                    "notsubscribed",
                                                    "nonsubscribed",
                                                    "neversubscribed",
                                                    "notoptedin",
                                                    "noconsent",
                                                    "notconsented",
                                                    "donottext",
                                                    "donotcontact",
                                                    "dnc",
                                                    "dnt",
                                                    "nothanks",
                                                    "notgiven",
                                                    "unchecked",
                                                    "inactive"};
constexpr std::array<std::string_view, 21> positive{"yes",
                                                    "y",
                                                    "true",
                                                    "t",
                                                    "1",
                                                    "10",
                                                    "on",
                                                    "x",
                                                    "checked",
                                                    "ja",
                                                    "optedout",
                                                    "optout",
                                                    "out",
                                                    "unsubscribed",
                                                    "unsubscribe",
                                                    "stop",
                                                    "stopped",
                                                    "donottext",
                                                    "donotcontact",
                                                    "dnc",
                                                    "optedoutofsms"};

// These say no whatever follows: "No - asked 3/4", "opted out by phone", "do not text".
constexpr std::array<std::string_view, 12> refusing_beginnings{
    "no", "not", "never", "nope", "nein", "non", "stop", "opted out", "opt out", "do not", "don't", "unsubscribed"};

// In a column of objections, these leave the person in.
constexpr std::array<std::string_view, 6> consenting{"subscribed", "active", "optedin", "optin", "in", "ok"};

bool begins_with_refusal(std::string_view cell)
{
    const std::string words = config::lower_case(cell.substr(0, 40));
    return std::ranges::any_of(refusing_beginnings, [&](std::string_view beginning) {
        if (!words.starts_with(beginning) || words.size() == beginning.size()) return false;
        const char next = words[beginning.size()];
        return next == ' ' || next == ',' || next == '.' || next == '-' || next == ':' || next == ';' || next == '!' ||
               next == '(' || next == '/';
    });
}

template <std::size_t Count>
bool is_among(const std::array<std::string_view, Count>& words, std::string_view cell)
{
    return cell.size() <= 40 && std::ranges::find(words, heading_letters(cell)) != words.end();
}

// "Opted out 3/4/2024" in a column of objections, where "No, thanks" would object to nothing.
bool begins_with_objection(std::string_view cell)
{
    const std::string words = config::lower_case(cell.substr(0, 40));
    return words.starts_with("opt") || words.starts_with("unsub") || words.starts_with("stop") ||
           words.starts_with("do not") || words.starts_with("don't");
}

} // namespace

bool says_no(std::string_view cell)
{
    return is_among(negative, cell) || begins_with_refusal(cell) || cell == "✗" || cell == "✘" || cell == "❌";
}

bool objects(std::string_view cell)
{
    if (is_among(positive, cell)) return true;
    const bool is_empty =
        std::ranges::all_of(cell, [](char sign) { return sign == '-' || sign == '.' || sign == ' '; });
    return !is_empty && !is_among(consenting, cell) && (!says_no(cell) || begins_with_objection(cell));
}

bool says_yes(std::string_view cell)
{
    return is_among(positive, cell) || cell == "✓" || cell == "✔" || cell == "✅";
}

} // namespace waybill::recipients
