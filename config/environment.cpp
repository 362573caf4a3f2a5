#include "config/ascii.hpp"
#include "config/env_file.hpp"
#include "config/log.hpp"
#include "config/settings.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

namespace waybill::config
{

namespace
{

std::string read_text(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        if (errno != ENOENT)
            log(LogLevel::warning, "settings.file_unreadable",
                {{"path", path}, {"reason", std::generic_category().message(errno)}});
        return {};
    }
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

Lookup environment_over_file(const std::string& path)
{
    auto file = parse_env_file(read_text(path));
    for (const int line : file.unreadable_lines)
        log(LogLevel::warning, "settings.line_ignored", {{"path", path}, {"line", line}});

    return [values = std::move(file.values)](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string{name}.c_str());
        if (value != nullptr && *value != '\0') return value;
        if (const auto found = values.find(name); found != values.end()) return found->second;
        return std::nullopt;
    };
}

} // namespace waybill::config
