#include "server/api/contract/guard.hpp"

#include "config/log.hpp"
#include "db/postgres/database.hpp"
#include "server/api/contract/errors.hpp"

namespace waybill::api
{

namespace
{

constexpr std::string_view database_away = "The database cannot be reached right now; try again in a few seconds";

asio::awaitable<http::Response> answer(const bool& ready, std::shared_ptr<const http::Handler> handler,
                                       http::Request request)
{
    if (!ready) co_return unavailable("Waybill is starting and waits for its database; try again in a few seconds");
    http::Response response;
    try {
        response = co_await (*handler)(std::move(request));
    }
    catch (const db::Unavailable& error) {
        config::log(config::LogLevel::warning, "request.database_away", {{"error", error.what()}});
        response = unavailable(database_away);
    }
    co_return response;
}

} // namespace

http::Handler guarded(const bool& ready, http::Handler handler)
{
    auto shared = std::make_shared<const http::Handler>(std::move(handler));
    return [&ready, shared](http::Request request) { return answer(ready, shared, std::move(request)); };
}

} // namespace waybill::api
