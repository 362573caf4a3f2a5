#include "server/simulator/access.hpp"

#include <openssl/evp.h>

namespace waybill::simulator
{

namespace
{

std::string basic_authorization(const std::string& user, const std::string& password)
{
    const std::string pair = user + ':' + password;
    std::string base64(4 * ((pair.size() + 2) / 3) + 1, '\0');
    const auto* bytes = reinterpret_cast<const unsigned char*>(pair.data());
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), bytes, static_cast<int>(pair.size()));
    base64.resize(static_cast<std::size_t>(size));
    return "Basic " + base64;
}

std::string_view without_json_suffix(std::string_view segment)
{
    if (segment.ends_with(".json")) segment.remove_suffix(5);
    return segment;
}

} // namespace

Access::Access(const SimulatorOptions& options)
    : account_sid_(options.account_sid), by_token_(basic_authorization(options.account_sid, options.auth_token))
{
    if (!options.api_key_sid.empty()) by_api_key_ = basic_authorization(options.api_key_sid, options.api_key_secret);
}

std::optional<Refusal> Access::refuse(const http::Request& request) const
{
    const std::string_view given = request.headers.value_or_empty("Authorization");
    const bool is_known = given == by_token_ || (!by_api_key_.empty() && given == by_api_key_);
    if (!is_known) return Refusal{401, 20003, "Authenticate"};
    const auto account = request.path_values.find("account"); // in all paths but those of Messaging Services
    if (account != request.path_values.end() && without_json_suffix(account->second) != account_sid_)
        return not_found(request);
    return std::nullopt;
}

Refusal not_found(const http::Request& request)
{
    return {404, 20404, "The requested resource " + std::string(request.path()) + " was not found"};
}

} // namespace waybill::simulator
