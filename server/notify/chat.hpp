#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <string_view>

// Messages to a chat in the format of Slack's incoming webhooks, which other chats accept as well.
namespace waybill::notify
{

namespace asio = boost::asio;

struct ChatOptions
{
    std::chrono::milliseconds deadline{15'000}; // for the answer
    bool allows_private = false;                // addresses, and http://
    std::string user_agent;
};

std::string chat_payload(std::string_view subject, std::string_view body); // {"text": …}

// What may be shown of a URL that is a secret: its host and its last characters.
std::string shortened_chat_url(std::string_view url);

// Returns why the chat did not accept it, in words for people; empty: it did.
asio::awaitable<std::string> send_to_chat(asio::any_io_executor executor, std::string url, std::string payload,
                                          ChatOptions options);

} // namespace waybill::notify
