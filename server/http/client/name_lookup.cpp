#include "server/http/client/name_lookup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <list>
#include <utility>

namespace waybill::http
{

using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

namespace
{

constexpr std::chrono::seconds good_for{5};

std::uint16_t port_number(const std::string& port)
{
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return number;
}

} // namespace

struct NameLookup::State
{
    State(asio::any_io_executor on, const Origin& origin)
        : executor(on), resolver(on), host(origin.host), port(origin.port)
    {
    }

    asio::any_io_executor executor;
    tcp::resolver resolver;
    std::string host;
    std::string port;
    Addresses addresses;
    Clock::time_point good_until = Clock::time_point::min();
    std::string failure;
    bool running = false;
    std::list<asio::steady_timer> waiting; // cancelled when the lookup ends

    bool is_good() const { return Clock::now() < good_until; }
};

NameLookup::NameLookup(asio::any_io_executor executor, const Origin& origin)
    : state_(std::make_shared<State>(executor, origin))
{
    if (!origin.is_address()) return;
    state_->addresses.emplace_back(asio::ip::make_address(origin.host), port_number(origin.port));
    state_->good_until = Clock::time_point::max();
}

asio::awaitable<NameLookup::Result> NameLookup::find(Clock::time_point due)
{
    return find(state_, due);
}

asio::awaitable<NameLookup::Result> NameLookup::find(std::shared_ptr<State> state, Clock::time_point due)
{
    if (state->is_good()) co_return state->addresses;
    if (!state->running) start(state);

    const auto place = state->waiting.emplace(state->waiting.end(), state->executor, due);
    struct Leave
    {
        State& state;
        std::list<asio::steady_timer>::iterator place;
        ~Leave() { state.waiting.erase(place); }
    } leave{*state, place};
    co_await place->async_wait(asio::as_tuple(asio::use_awaitable));

    if (state->is_good()) co_return state->addresses;
    if (state->running) co_return "the name " + state->host + " was not resolved in time";
    co_return "the name " + state->host + " could not be resolved: " + state->failure;
}

void NameLookup::start(const std::shared_ptr<State>& state)
{
    state->running = true;
    state->resolver.async_resolve(state->host, state->port,
                                  [state](boost::system::error_code error, tcp::resolver::results_type found) {
                                      state->running = false;
                                      state->addresses.clear();
                                      for (const auto& entry : found)
                                          state->addresses.push_back(entry.endpoint());
                                      state->failure = error.message();
                                      state->good_until = error ? Clock::time_point::min() : Clock::now() + good_for;
                                      for (auto& timer : state->waiting)
                                          timer.cancel();
                                  });
}

} // namespace waybill::http
