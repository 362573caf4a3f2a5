#include "server/http/server/serving.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

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
    : options(std::move(server_options)), standing_lines(is_https(options)), emptied(std::move(executor))
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

asio::awaitable<void> Serving::wait_until_empty(std::chrono::seconds patience)
{
    if (sessions.empty()) co_return;
    emptied.expires_after(patience);
    co_await emptied.async_wait(asio::as_tuple(asio::use_awaitable));
}

} // namespace waybill::http
