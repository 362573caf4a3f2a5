#include "server/http/router.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/http/message.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace waybill::http
{

namespace
{

using Segments = std::vector<std::string>;
using PathValues = std::map<std::string, std::string, std::less<>>;

bool is_placeholder(std::string_view segment)
{
    return segment.starts_with('{');
}

// The next segment of `/a/b…`, which is taken off the path.
std::string_view take_segment(std::string_view& path)
{
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

Segments split(std::string_view path)
{
    Segments segments;
    while (path.starts_with('/'))
        segments.emplace_back(take_segment(path));
    return segments;
}

bool more_specific(const Segments& left, const Segments& right)
{
    return std::lexicographical_compare(
        left.begin(), left.end(), right.begin(), right.end(),
        [](const std::string& l, const std::string& r) { return !is_placeholder(l) && is_placeholder(r); });
}

// A placeholder matches any segment.
bool has_form_of(const Segments& segments, std::string_view path)
{
    for (const std::string& expected : segments) {
        if (!path.starts_with('/')) return false;
        const std::string_view segment = take_segment(path);
        if (!is_placeholder(expected) && segment != expected) return false;
    }
    return path.empty();
}

// The values of the placeholders; none when the path does not match, or a value would be empty or not valid text.
std::optional<PathValues> match_path(const Segments& segments, std::string_view path)
{
    if (!has_form_of(segments, path)) return std::nullopt;
    PathValues values;
    for (const std::string& expected : segments) {
        const std::string_view segment = take_segment(path);
        if (!is_placeholder(expected)) continue;
        auto value = percent_decoded(segment);
        if (!value || value->empty() || !db::is_storable(*value)) return std::nullopt;
        values.insert_or_assign(expected.substr(1, expected.size() - 2), *std::move(value));
    }
    return values;
}

bool answers(const Route& route, std::string_view method)
{
    return route.method == method || (route.method == "GET" && method == "HEAD");
}

} // namespace

void Router::add(Route route)
{
    Entry entry{std::move(route), {}};
    entry.segments = split(entry.route.pattern);
    const auto behind =
        std::upper_bound(entries_.begin(), entries_.end(), entry, [](const Entry& left, const Entry& right) {
            return more_specific(left.segments, right.segments);
        });
    entries_.insert(behind, std::move(entry));
}

Router::Match Router::match(std::string_view method, std::string_view path) const
{
    Match match;
    for (const Entry& entry : entries_) {
        if (!answers(entry.route, method)) continue;
        std::optional<PathValues> values = match_path(entry.segments, path);
        if (!values) continue;
        match.route = &entry.route;
        match.path_values = *std::move(values);
        return match;
    }
    match.allow = allowed_methods(path);
    return match;
}

std::vector<RouteTimes> Router::times() const
{
    std::vector<RouteTimes> all;
    all.reserve(entries_.size());
    for (const Entry& entry : entries_)
        all.push_back({entry.route.method, entry.route.pattern, entry.route.times.get()});
    return all;
}

std::string Router::allowed_methods(std::string_view path) const
{
    std::set<std::string> methods;
    for (const Entry& entry : entries_) {
        if (!match_path(entry.segments, path)) continue;
        methods.insert(entry.route.method);
        if (entry.route.method == "GET") methods.insert("HEAD");
    }
    if (!methods.empty()) methods.insert("OPTIONS");
    std::string list;
    for (const std::string& method : methods)
        list += (list.empty() ? "" : ", ") + method;
    return list;
}

} // namespace waybill::http
