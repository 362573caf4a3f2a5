#include "server/http/server/serving.hpp"

#include "config/ascii.hpp"
#include "server/http/message.hpp"
#include "server/http/server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>
#include <vector>

namespace waybill::http
{

namespace
{

namespace ip = boost::asio::ip;

std::optional<ip::address_v6> v6_of(std::string_view text)
{
    boost::system::error_code error;
    const auto address = ip::make_address(std::string(text), error);
    if (error) return std::nullopt;
    return address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

// `1.2.3.4`, `1.2.3.4:567`, `::1` or `[::1]:567`.
std::string_view without_port_of(std::string_view text)
{
    if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
    const std::size_t colon = text.find(':');
    return colon != text.npos && colon == text.rfind(':') ? text.substr(0, colon) : text;
}

std::string text_of(const ip::address_v6& address)
{
    return address.is_v4_mapped() ? ip::make_address_v4(ip::v4_mapped, address).to_string() : address.to_string();
}

} // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks)
{
    for (const std::string& text : networks) {
        const std::string_view all(text);
        const std::size_t slash = std::min(all.find('/'), all.size());
        const auto address = v6_of(all.substr(0, slash));
        const bool is_v4 = all.substr(0, slash).find(':') == std::string_view::npos;
        unsigned bits = is_v4 ? 32 : 128;
        const std::string_view digits = all.substr(std::min(slash + 1, all.size()));
        const unsigned most = bits;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        const bool has_bits = slash < all.size();
        const bool is_number = error == std::errc() && end == digits.data() + digits.size();
        if (!address || (has_bits && !is_number) || bits > most)
            throw std::invalid_argument("\"" + text + "\" is not an address or a network");
        networks_.push_back({address->to_bytes(), bits + (is_v4 ? 96 : 0)});
    }
}

bool TrustedProxies::contains(std::string_view address) const
{
    const auto parsed = v6_of(address);
    if (!parsed) return false;
    const auto bytes = parsed->to_bytes();
    for (const Network& network : networks_) {
        unsigned bit = 0;
        while (bit < network.bits && ((bytes[bit / 8] ^ network.address[bit / 8]) & (0x80U >> (bit % 8))) == 0)
            ++bit;
        if (bit == network.bits) return true;
    }
    return false;
}

std::string client_address(const TrustedProxies& proxies, std::string_view peer, const Headers& headers)
{
    std::string client(peer);
    for (std::size_t line = headers.size(); line-- > 0;) {
        auto [name, value] = headers.at(line);
        if (config::lower_case(name) != "x-forwarded-for") continue;
        for (;;) {
            const std::size_t comma = value.rfind(',');
            const bool is_last = comma == value.npos;
            const auto address = v6_of(without_port_of(config::trimmed(is_last ? value : value.substr(comma + 1))));
            if (!proxies.contains(client) || !address) return client;
            client = text_of(*address);
            if (is_last) break;
            value = value.substr(0, comma);
        }
    }
    return client;
}

namespace
{

bool is_https(const ServerOptions& options)
{
    return !options.tls_certificate_file.empty() || options.browser_rules.public_origin.starts_with("https://");
}

} // namespace

Serving::Serving(asio::any_io_executor executor, ServerOptions server_options)
    : options(std::move(server_options)),
      proxies(options.trusted_proxies),
      uploads{options.max_uploads_bytes, options.max_uploads_bytes_each, counters.upload_bytes},
      api_requests(options.max_api_requests, options.max_requests_per_address),
      standing_lines(is_https(options)),
      emptied(std::move(executor))
{
    if (!options.tls_certificate_file.empty()) tls.emplace(options.tls_certificate_file, options.tls_key_file);
}

void Serving::enter(Session& session, bool welcome)
{
    sessions.insert(&session);
    ++(welcome ? counters.connections_accepted : counters.connections_refused);
    if (welcome) ++counters.connections_open;
}

void Serving::leave(Session& session, bool welcome)
{
    sessions.erase(&session);
    if (welcome) --counters.connections_open;
    if (sessions.empty()) emptied.cancel();
}

// Several at a time, so that a flood of connections does not search among all of them each time.
bool Serving::make_room()
{
    std::vector<std::pair<Connection::Clock::time_point, Session*>> waiting;
    for (Session* session : sessions)
        if (const auto since = session->waiting_since()) waiting.emplace_back(*since, session);
    const std::size_t few = std::min(waiting.size(), 1 + options.max_connections / 100);
    std::partial_sort(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(few), waiting.end());
    for (std::size_t i = 0; i < few; ++i)
        waiting[i].second->evict();
    counters.connections_open -= few;
    counters.connections_evicted += few;
    return few > 0;
}

asio::awaitable<void> Serving::wait_until_empty(std::chrono::seconds patience)
{
    if (sessions.empty()) co_return;
    emptied.expires_after(patience);
    co_await emptied.async_wait(asio::as_tuple(asio::use_awaitable));
}

} // namespace waybill::http
