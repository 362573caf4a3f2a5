#pragma once

#include "server/simulator/account.hpp"
#include "server/simulator/messages.hpp"
#include "server/simulator/replies.hpp"
#include "webhooks/form.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

// The parameters of creates and lists, checked as Twilio does.
namespace waybill::simulator
{

// A create, by the magic numbers of the test credentials as well. The caller checks opt-outs.
std::variant<NewMessage, Refusal> check_create(const webhooks::Form& form, Clock::time_point now);

// Whether the account may send from it: all but the magic numbers and what is no sender.
bool is_own_sender(const std::string& from);

bool is_service_sid(std::string_view text);

// `2026-03-31` or `2026-03-31T12:00:00Z`, UTC.
std::optional<Clock::time_point> parse_iso_time(const std::string& text);

struct ListRequest
{
    ListQuery query;
    webhooks::Form filters; // To, From, DateSent… as given, for the links
    std::size_t page = 0;
};

// Reads To, From, DateSent, DateSent<, DateSent>, PageSize, Page and PageToken; empty when one makes no sense.
std::optional<ListRequest> parse_list_query(std::string_view text, const Messages& messages);

PageLinks make_links(const ListRequest& request, const MessagePage& page, const Account& account);

} // namespace waybill::simulator
