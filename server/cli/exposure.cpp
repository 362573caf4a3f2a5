#include "server/cli/exposure.hpp"

#include "config/base_url.hpp"

#include <algorithm>

namespace waybill::cli
{

std::vector<std::string> exposure_faults(const config::Settings& settings, const db::AccessState& access)
{
    std::vector<std::string> faults;
    if (!access.has_users)
        faults.emplace_back("nobody can sign in: create the first user with waybill user add EMAIL --role admin");
    if (settings.public_base_url.empty())
        faults.emplace_back("PUBLIC_BASE_URL is not set: requests that name this server's public host are refused");
    else if (!settings.public_base_url.starts_with("https://"))
        faults.emplace_back("PUBLIC_BASE_URL does not begin with https://: passwords and messages would cross the "
                            "network in clear text");
    if (!config::is_loopback(settings.listen_address))
        faults.emplace_back("LISTEN_ADDRESS reaches beyond this machine: let a proxy with TLS stand in front, and "
                            "listen on 127.0.0.1");
    if (std::ranges::find(settings.cors_allow_origins, "*") != settings.cors_allow_origins.end())
        faults.emplace_back("CORS_ALLOW_ORIGIN is *: name the origins whose pages may call the API");
    return faults;
}

} // namespace waybill::cli
