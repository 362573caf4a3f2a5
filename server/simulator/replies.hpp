#pragma once

#include "server/http/message.hpp"
#include "server/simulator/account.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// The bodies that the simulated account answers with, in Twilio's shape.
namespace waybill::simulator
{

std::string message_json(const Account& account, const Message& message, std::uint64_t index);
std::string account_json(const Account& account);

// `uri` and `next_uri` (empty: none) are relative, as Twilio gives them.
struct PageLinks
{
    std::string uri, first_uri, next_uri;
    std::size_t page = 0;
    std::size_t page_size = 50;
};
std::string page_json(Account& account, const MessagePage& page, const PageLinks& links);

std::string ledger_line(const Account& account, const Message& message, std::uint64_t index);
std::string counters_json(const Simulator::Counters& counters);

} // namespace waybill::simulator
