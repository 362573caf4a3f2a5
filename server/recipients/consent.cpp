#include "server/recipients/consent.hpp"

#include "server/recipients/header_key.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace waybill::recipients
{

namespace
{

constexpr std::array<std::string_view, 34> negative{"no",
                                                    "n",
                                                    "false",
                                                    "f",
                                                    "0",
                                                    "00",
                                                    "off",
                                                    "none",
                                                    "never",
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
                                                    "stop",
                                                    "stopped",
                                                    "disabled",
                                                    "disallowed",
                                                    "notsubscribed",
                                                    "notoptedin",
                                                    "noconsent",
                                                    "notconsented",
                                                    "donottext",
                                                    "donotcontact",
                                                    "dnc",
                                                    "nothanks",
                                                    "notgiven"};
constexpr std::array<std::string_view, 20> positive{"yes",
                                                    "y",
                                                    "true",
                                                    "t",
                                                    "1",
                                                    "10",
                                                    "on",
                                                    "x",
                                                    "checked",
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

template <std::size_t Count>
bool is_among(const std::array<std::string_view, Count>& words, std::string_view cell)
{
    return cell.size() <= 40 && std::ranges::find(words, heading_letters(cell)) != words.end();
}

} // namespace

bool says_no(std::string_view cell)
{
    return is_among(negative, cell) || cell == "✗" || cell == "✘" || cell == "❌";
}

bool says_yes(std::string_view cell)
{
    return is_among(positive, cell) || cell == "✓" || cell == "✔" || cell == "✅";
}

} // namespace waybill::recipients
