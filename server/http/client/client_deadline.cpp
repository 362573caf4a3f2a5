#include "server/http/client/client_deadline.hpp"

#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace waybill::http
{

struct ClientDeadline::State
{
    asio::steady_timer timer;
    std::function<void()> expire;
    Clock::time_point due = Clock::time_point::max();
    Clock::time_point armed_for = Clock::time_point::max();
    bool passed = false;
};

ClientDeadline::ClientDeadline(asio::any_io_executor executor, std::function<void()> expire)
    : state_(std::make_shared<State>(State{asio::steady_timer(std::move(executor)), std::move(expire)}))
{
}

ClientDeadline::~ClientDeadline()
{
    state_->expire = nullptr;
    cancel();
}

void ClientDeadline::set(Clock::time_point due)
{
    state_->passed = false;
    state_->due = due;
    if (due < state_->armed_for) arm(state_);
}

void ClientDeadline::clear()
{
    state_->due = Clock::time_point::max();
}

void ClientDeadline::cancel()
{
    clear();
    state_->armed_for = Clock::time_point::max();
    state_->timer.cancel();
}

bool ClientDeadline::passed() const
{
    return state_->passed;
}

void ClientDeadline::arm(const std::shared_ptr<State>& state)
{
    state->armed_for = state->due;
    state->timer.expires_at(state->due);
    state->timer.async_wait([state](boost::system::error_code error) {
        if (error) return; // armed anew, or nobody waits any more
        state->armed_for = Clock::time_point::max();
        if (state->due == Clock::time_point::max()) return;
        if (state->due > Clock::now()) {
            arm(state);
            return;
        }
        state->due = Clock::time_point::max();
        state->passed = true;
        if (state->expire) state->expire();
    });
}

} // namespace waybill::http
