#include "server/http/server/request_text.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace waybill::http
{
namespace
{

bool is_visible(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

bool is_one_line(std::string_view text)
{
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void append_header(std::string& text, std::string_view name, std::string_view value)
{
    text.append(name).append(": ").append(value).append("\r\n");
}

bool may_have_body(const ClientRequest& request)
{
    return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

} // namespace

bool is_well_formed(const ClientRequest& request)
{
    const auto is_header = [](const Header& header) {
        return is_visible(header.first) && header.first.find(':') == std::string::npos && is_one_line(header.second);
    };
    return is_visible(request.method) && is_visible(request.target) && request.target.front() == '/' &&
           std::all_of(request.headers.begin(), request.headers.end(), is_header);
}

void write_request(const ClientRequest& request, std::string_view host, std::string& text)
{
    text.clear();
    text.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    append_header(text, "Host", host);
    for (const auto& [name, value] : request.headers)
        append_header(text, name, value);
    if (may_have_body(request)) append_header(text, "Content-Length", std::to_string(request.body.size()));
    text.append("\r\n").append(request.body);
}

bool asks_to_close(const ClientRequest& request)
{
    return std::any_of(request.headers.begin(), request.headers.end(), [](const Header& header) {
        return boost::beast::iequals(header.first, "Connection") && boost::beast::iequals(header.second, "close");
    });
}

} // namespace waybill::http
