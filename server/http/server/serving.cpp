#include "server/http/server/serving.hpp"

#include "server/http/server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace waybill::http
{

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
