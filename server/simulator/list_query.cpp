#include "server/simulator/list_query.hpp"

#include "server/simulator/create.hpp"

#include <charconv>

namespace waybill::simulator
{

namespace
{

constexpr std::int64_t day = 24 * 60 * 60;
constexpr std::size_t max_page_size = 1'000;

std::optional<std::size_t> parse_count(std::string_view text)
{
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return count;
}

// Twilio's inequalities include the day or moment that they name.
bool read_date(std::string_view name, const std::string& value, ListQuery& query)
{
    const auto time = parse_iso_time(value);
    if (!time) return false;
    const std::int64_t from = unix_seconds(*time);
    const std::int64_t until = value.size() > 10 ? from + 1 : from + day;
    if (name != "DateSent<") query.sent_from = from;
    if (name != "DateSent>") query.sent_before = until;
    return true;
}

bool read_filter(const std::string& name, const std::string& value, ListQuery& query)
{
    if (name == "From")
        query.from = value;
    else if (name == "To")
        query.to_digits = digits_of(value).value_or(0); // matches none when it is no number
    else
        return read_date(name, value, query);
    return true;
}

bool read_paging(const std::string& name, const std::string& value, ListRequest& request, const Messages& messages)
{
    if (name == "PageToken") {
        if (value.starts_with("PA")) request.query.older_than = messages.index_of(std::string_view(value).substr(2));
        return request.query.older_than.has_value();
    }
    const auto count = parse_count(value);
    if (!count) return false;
    if (name == "Page")
        request.page = *count;
    else
        request.query.page_size = std::min(*count, max_page_size);
    return request.query.page_size > 0;
}

std::string link_to(const ListRequest& request, const Account& account, std::size_t page, const std::string& token)
{
    webhooks::Form query = request.filters;
    query.parameters.emplace_back("PageSize", std::to_string(request.query.page_size));
    query.parameters.emplace_back("Page", std::to_string(page));
    if (!token.empty()) query.parameters.emplace_back("PageToken", token);
    return account.uri() + "/Messages.json?" + webhooks::write_form(query);
}

std::string token_after(std::uint64_t index, const Account& account)
{
    return "PA" + account.messages.sid_of(index);
}

} // namespace

std::optional<ListRequest> parse_list_query(std::string_view text, const Messages& messages)
{
    const auto form = webhooks::parse_form(text);
    if (!form) return std::nullopt;
    ListRequest request;
    for (const auto& [name, value] : form->parameters) {
        const bool is_filter = name == "To" || name == "From" || name.starts_with("DateSent");
        const bool is_paging = name == "PageSize" || name == "Page" || name == "PageToken";
        if (is_filter && !read_filter(name, value, request.query)) return std::nullopt;
        if (is_paging && !read_paging(name, value, request, messages)) return std::nullopt;
        if (is_filter) request.filters.parameters.emplace_back(name, value);
    }
    return request;
}

PageLinks make_links(const ListRequest& request, const MessagePage& page, const Account& account)
{
    PageLinks links;
    links.page = request.page;
    links.page_size = request.query.page_size;
    links.first_uri = link_to(request, account, 0, "");
    const auto& before = request.query.older_than;
    links.uri = link_to(request, account, request.page, before ? token_after(*before, account) : "");
    if (page.more)
        links.next_uri = link_to(request, account, request.page + 1, token_after(page.indices.back(), account));
    return links;
}

} // namespace waybill::simulator
