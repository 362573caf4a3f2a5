#include "server/notify/mail.hpp"

#include "config/base_url.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <sodium.h>
#include <variant>

namespace waybill::notify
{

namespace
{

constexpr std::size_t max_address = 254;
constexpr std::size_t max_word_bytes = 45; // of an encoded word, whose Base64 then fits
constexpr std::size_t line_bytes = 57;     // become 76 characters

std::variant<config::BaseUrl, std::string> parse_server(std::string_view url)
{
    constexpr std::string_view scheme = "smtp";
    if (!url.starts_with("smtp://") && !url.starts_with("smtps://"))
        return "must begin with smtp:// or smtps://, such as smtp://mail.example.com:587";
    auto parsed = config::parse_base_url("http" + std::string(url.substr(scheme.size())));
    const auto* server = std::get_if<config::BaseUrl>(&parsed);
    if (server != nullptr && !server->path.empty()) return "must end after its host and port";
    return parsed;
}

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](char each) { return static_cast<unsigned char>(each) < 0x80; });
}

// Without line breaks and other control characters.
std::string one_line(std::string_view text)
{
    std::string line(text);
    std::ranges::replace_if(
        line, [](char each) { return static_cast<unsigned char>(each) < ' ' || each == '\x7f'; }, ' ');
    return line;
}

std::string mail_base64(std::string_view bytes)
{
    constexpr int alphabet = sodium_base64_VARIANT_ORIGINAL;
    std::string text(sodium_base64_encoded_len(bytes.size(), alphabet), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      alphabet);
    text.pop_back(); // the NUL
    return text;
}

bool continues_character(char each)
{
    return (static_cast<unsigned char>(each) & 0xc0) == 0x80;
}

// Encoded words of RFC 2047, each with whole characters; a short ASCII text stays as it is.
std::string header_text(std::string_view text)
{
    const std::string line = one_line(text);
    if (is_ascii(line) && line.size() <= 2 * line_bytes && line.find("=?") == std::string::npos) return line;
    std::string encoded;
    for (std::size_t from = 0; from < line.size();) {
        std::size_t size = std::min(max_word_bytes, line.size() - from);
        while (size > 1 && from + size < line.size() && continues_character(line[from + size]))
            --size;
        encoded += (encoded.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        encoded += mail_base64(std::string_view(line).substr(from, size)) + "?=";
        from += size;
    }
    return encoded;
}

std::string body_lines(std::string_view body)
{
    std::string text, lines;
    for (const char each : body) {
        if (each == '\n') text += '\r';
        if (each != '\r') text += each;
    }
    for (std::size_t from = 0; from < text.size(); from += line_bytes)
        lines += mail_base64(std::string_view(text).substr(from, line_bytes)) + "\r\n";
    return lines;
}

// The words are English whatever the locale is.
std::string mail_date(db::Time at)
{
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 64> rest{};
    std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S +0000", &utc);
    return std::string(days[static_cast<std::size_t>(utc.tm_wday)]) + ", " + std::to_string(utc.tm_mday) + " " +
           months[static_cast<std::size_t>(utc.tm_mon)] + rest.data();
}

} // namespace

std::string fault_of(const MailOptions& options)
{
    if (options.url.empty()) return {};
    const auto parsed = parse_server(options.url);
    if (const auto* fault = std::get_if<std::string>(&parsed)) return "SMTP_URL " + *fault + ".";
    if (!is_mail_address(options.from))
        return "SMTP_FROM must be the address that e-mail comes from, such as waybill@example.com.";
    if (options.user.empty() != options.password.empty()) return "SMTP_USER and SMTP_PASSWORD must be set together.";
    return {};
}

bool must_encrypt(const MailOptions& options)
{
    const auto parsed = parse_server(options.url);
    const auto* server = std::get_if<config::BaseUrl>(&parsed);
    return !options.allows_clear_text && (server == nullptr || !config::is_loopback(server->host));
}

bool is_mail_address(std::string_view text)
{
    const std::size_t at = text.find('@');
    const bool has_parts = at != std::string_view::npos && at > 0 && at + 1 < text.size();
    if (!has_parts || text.size() > max_address || text.find('@', at + 1) != std::string_view::npos) return false;
    return std::ranges::all_of(text, [](char each) {
        return each > ' ' && each < '\x7f' && std::string_view("<>(),;:\\\"[]").find(each) == std::string_view::npos;
    });
}

std::string written(const Mail& mail, db::Time at, std::string_view id)
{
    const std::string host = mail.from.substr(mail.from.find('@') + 1);
    return "From: Waybill <" + mail.from + ">\r\nTo: <" + mail.to + ">\r\nSubject: " + header_text(mail.subject) +
           "\r\nDate: " + mail_date(at) + "\r\nMessage-ID: <" + std::string(id) + "@" + host +
           ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\n\r\n" +
           body_lines(mail.body);
}

} // namespace waybill::notify
