#include "server/access/setup_link.hpp"

#include "config/base_url.hpp"
#include "config/log.hpp"
#include "config/settings.hpp"

#include <cerrno>
#include <fcntl.h>
#include <iostream>
#include <system_error>
#include <unistd.h>

namespace waybill::access
{

namespace
{

constexpr mode_t owner_only = 0600;

// An older file is replaced and never followed, should it be a link.
void write_private(const std::filesystem::path& path, const std::string& text)
{
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::remove(path);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_only);
    if (file < 0) throw std::system_error(errno, std::generic_category(), path.string());
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    if (!written) throw std::system_error(EIO, std::generic_category(), path.string());
}

} // namespace

std::string setup_link(std::string_view origin, std::string_view token)
{
    return std::string(origin).append("/#setup=").append(token);
}

std::string origin_for_people(const config::Settings& settings)
{
    if (!settings.public_base_url.empty()) return settings.public_base_url;
    const std::string host = config::is_any_address(settings.listen_address) ? "127.0.0.1" : settings.listen_address;
    const bool v6 = host.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + host + "]" : host) + ":" +
           (settings.port == 0 ? "PORT" : std::to_string(settings.port));
}

void hand_out_link(const std::string& link, const std::filesystem::path& directory)
{
    if (::isatty(STDERR_FILENO) != 0) {
        std::cerr << "\n  To create the first administrator, open within an hour:\n  " << link << "\n\n" << std::flush;
        return;
    }
    const std::filesystem::path path = directory / "setup-link";
    write_private(path, link + "\n");
    config::log(config::LogLevel::warning, "access.setup_link",
                {{"file", path.string()},
                 {"advice", "nobody can sign in yet: open the link in this file within an hour to create the first "
                            "administrator"}});
}

} // namespace waybill::access
