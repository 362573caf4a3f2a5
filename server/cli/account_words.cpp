#include "server/cli/account_words.hpp"

#include "server/access/key_rules.hpp"
#include "server/access/password.hpp"
#include "server/text/money.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace waybill::cli
{

namespace
{

using Read = std::variant<AccountCommand, std::string>;
using Words = std::vector<std::string>;

constexpr int max_days = 3'650;

// Takes `--name value` off the words; nothing: it is not among them, or has no value.
std::optional<std::string> take_option(Words& words, std::string_view name)
{
    const auto found = std::ranges::find(words, name);
    if (found == words.end() || found + 1 == words.end()) return std::nullopt;
    std::string value = *(found + 1);
    words.erase(found, found + 2);
    return value;
}

bool take_flag(Words& words, std::string_view name)
{
    return std::erase(words, name) > 0;
}

bool take_name(Words& words, AccountCommand& command)
{
    if (words.size() != 1 || words[0].empty() || words[0].starts_with("--")) return false;
    command.name = std::move(words[0]);
    return true;
}

bool read_number(const std::string& text, int& number, int highest)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 1 && number <= highest;
}

// A sentence about what is wrong; empty: nothing.
std::string take_limits(Words& words, db::KeyLimits& limits)
{
    if (const auto rate = take_option(words, "--requests-per-minute"))
        if (!read_number(*rate, limits.requests_per_minute.emplace(), access::max_requests_per_minute))
            return "--requests-per-minute takes a number from 1 to 1000000";
    if (const auto amount = take_option(words, "--daily-budget")) {
        limits.daily_budget = text::parse_dollars(*amount);
        if (limits.daily_budget.value_or(0) <= 0) return "--daily-budget takes an amount in USD like 12.50";
    }
    if (const auto list = take_option(words, "--senders")) limits.senders = access::split_list(*list);
    for (const std::string& each : limits.senders)
        if (!access::is_sender(each))
            return "--senders takes numbers like +15005550006, or short codes, with commas between";
    return {};
}

constexpr const char* bad_role = "The role is one of viewer, marketer, operator and admin";

Read with_email(Words words, AccountCommand command)
{
    if (!take_name(words, command)) return std::string();
    const auto email = access::normal_email(command.name);
    if (!email) return "\"" + command.name + "\" is not an e-mail address";
    command.name = *email;
    return command;
}

Read read_key_add(Words words)
{
    AccountCommand command;
    command.verb = AccountVerb::add;
    command.role = take_option(words, "--role").value_or("");
    if (const auto days = take_option(words, "--expires-in-days"))
        if (!read_number(*days, command.expires_in_days, max_days))
            return "--expires-in-days takes a number from 1 to 3650";
    if (std::string fault = take_limits(words, command.limits); !fault.empty()) return fault;
    if (const auto flag = std::ranges::find(words, "--permission"); flag != words.end()) {
        command.permissions.assign(flag + 1, words.end());
        words.erase(flag, words.end());
    }
    if (!take_name(words, command)) return std::string();
    if (const auto fault = access::fault_of_key_name(command.name)) return "The name of a key " + *fault;
    if (command.role.empty() == command.permissions.empty()) return "Give the key --role ROLE or --permission NAME…";
    if (!command.role.empty() && !access::parse_role(command.role)) return bad_role;
    for (const std::string& each : command.permissions)
        if (!access::parse_permission(each)) return "\"" + each + "\" is not a permission, such as campaigns:read";
    return command;
}

} // namespace

Read read_user_command(const Words& arguments)
{
    if (arguments.empty()) return std::string();
    Words words(arguments.begin() + 1, arguments.end());
    AccountCommand command;
    if (arguments[0] == "list" && words.empty()) return command;
    command.password_from_stdin = take_flag(words, "--password-stdin");
    if (arguments[0] == "add") {
        command.verb = AccountVerb::add;
        command.role = take_option(words, "--role").value_or("");
        if (!access::parse_role(command.role)) return bad_role;
    }
    else if (arguments[0] == "disable") {
        command.verb = AccountVerb::disable;
    }
    else if (arguments[0] == "password") {
        command.verb = AccountVerb::password;
    }
    else {
        return std::string();
    }
    return with_email(std::move(words), std::move(command));
}

Read read_key_command(const Words& arguments)
{
    if (arguments.empty()) return std::string();
    Words words(arguments.begin() + 1, arguments.end());
    AccountCommand command;
    if (arguments[0] == "list" && words.empty()) return command;
    if (arguments[0] == "add") return read_key_add(std::move(words));
    command.verb = AccountVerb::revoke;
    if (arguments[0] != "revoke" || !take_name(words, command)) return std::string();
    return command;
}

} // namespace waybill::cli
