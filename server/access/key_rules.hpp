#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What may be said of a key when it is made, over the API and on the command line.
namespace waybill::access
{

constexpr int max_requests_per_minute = 1'000'000;

// What is wrong with the name, as a sentence for people. It is stored beside what the key creates.
std::optional<std::string> fault_of_key_name(std::string_view name);

// E.164, or a short code: what messages can be sent from.
bool is_sender(std::string_view text);

std::vector<std::string> split_list(std::string_view text); // at commas

} // namespace waybill::access
