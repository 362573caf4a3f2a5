#include "config/env_file.hpp"

#include "config/ascii.hpp"
#include "config/log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace waybill::config
{

namespace
{

// What may stand in a file of its own, so that neither the environment nor a backup of .env shows it.
constexpr std::string_view secrets[] = {"TWILIO_AUTH_TOKEN",    "TWILIO_API_KEY_SECRET", "DATABASE_URL",
                                        "MIGRATE_DATABASE_URL", "READ_DATABASE_URL",     "SMTP_PASSWORD"};

bool is_name(std::string_view text)
{
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9') && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// The value between the quotes; nothing when they do not end, or when more than a comment follows.
std::optional<std::string> quoted_value(std::string_view text)
{
    const char quote = text.front();
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == quote) {
            const auto behind = trimmed(text.substr(i + 1));
            if (!behind.empty() && behind.front() != '#') return std::nullopt;
            return value;
        }
        const bool escaped = quote == '"' && text[i] == '\\' && i + 1 < text.size() &&
                             (text[i + 1] == 'n' || text[i + 1] == '"' || text[i + 1] == '\\');
        if (escaped) ++i;
        value += escaped && text[i] == 'n' ? '\n' : text[i];
    }
    return std::nullopt;
}

std::string plain_value(std::string_view text)
{
    if (text.starts_with('#')) return {};
    const auto comment = std::min(text.find(" #"), text.find("\t#"));
    return std::string{trimmed(text.substr(0, std::min(comment, text.size())))};
}

std::optional<std::pair<std::string, std::string>> parse_line(std::string_view line)
{
    if (line.starts_with("export ") || line.starts_with("export\t")) line.remove_prefix(7);
    const auto equals = line.find('=');
    if (equals == line.npos) return std::nullopt;
    const auto name = trimmed(line.substr(0, equals));
    const auto text = trimmed(line.substr(equals + 1));
    if (!is_name(name)) return std::nullopt;

    const bool quoted = text.starts_with('\'') || text.starts_with('"');
    auto value = quoted ? quoted_value(text) : plain_value(text);
    if (!value) return std::nullopt;
    return std::pair{std::string{name}, std::move(*value)};
}

std::optional<std::string> environment(const std::string& name)
{
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

// Its first line; a file that cannot be read ends the start, as the setting would silently be missing.
std::string secret_of(const std::string& name, const std::string& path)
{
    std::ifstream file{path};
    std::string line;
    if (!std::getline(file, line)) throw std::runtime_error(name + ": the secret in " + path + " cannot be read");
    return std::string{trimmed(line)};
}

// NAME_FILE names a file that holds the value; systemd puts credentials into a directory, under the setting's name.
std::optional<std::string> secret_in_file(std::string_view name,
                                          const std::map<std::string, std::string, std::less<>>& values)
{
    if (std::ranges::find(secrets, name) == std::end(secrets)) return std::nullopt;
    const std::string file_name = std::string{name} + "_FILE";
    if (const auto path = environment(file_name)) return secret_of(file_name, *path);
    if (const auto path = values.find(file_name); path != values.end() && !path->second.empty())
        return secret_of(file_name, path->second);
    const auto directory = environment("CREDENTIALS_DIRECTORY");
    if (!directory) return std::nullopt;
    const std::string path = *directory + "/" + std::string{name};
    if (!std::filesystem::exists(path)) return std::nullopt;
    return secret_of(std::string{name}, path);
}

std::string read_text(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        if (errno == ENOENT) return {};
        throw std::runtime_error("the settings in " + path +
                                 " cannot be read: " + std::generic_category().message(errno) +
                                 "; run this as root or as the user to whom the file belongs");
    }
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

EnvFile parse_env_file(std::string_view text)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    EnvFile file;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#') continue;
        if (auto setting = parse_line(line))
            file.values[std::move(setting->first)] = std::move(setting->second);
        else
            file.unreadable_lines.push_back(number);
    }
    return file;
}

SettingsFile choose_settings_file(const std::string& system_file)
{
    const std::string local = ".env";
    const bool has_local = std::filesystem::exists(local);
    if (const auto named = environment("WAYBILL_SETTINGS")) return {*named, has_local ? local : ""};
    const bool has_system = std::filesystem::exists(system_file);
    if (has_local) return {local, has_system ? system_file : ""};
    return {has_system ? system_file : local, ""};
}

Lookup environment_over_file(const std::string& path)
{
    auto file = parse_env_file(read_text(path));
    for (const int line : file.unreadable_lines)
        log(LogLevel::warning, "settings.line_ignored", {{"path", path}, {"line", line}});

    return [values = std::move(file.values)](std::string_view name) -> std::optional<std::string> {
        if (auto value = environment(std::string{name})) return value;
        if (auto value = secret_in_file(name, values)) return value;
        if (const auto found = values.find(name); found != values.end()) return found->second;
        return std::nullopt;
    };
}

std::vector<std::string> secret_files(const Lookup& lookup)
{
    std::vector<std::string> files;
    for (const std::string_view name : secrets)
        if (auto path = lookup(std::string{name} + "_FILE")) files.push_back(std::move(*path));
    return files;
}

} // namespace waybill::config
