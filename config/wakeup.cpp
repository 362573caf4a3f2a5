#include "config/wakeup.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace waybill::config
{

void Wakeup::wake()
{
    woken_ = waits_.empty();
    for (asio::steady_timer* wait : waits_)
        wait->cancel();
}

asio::awaitable<void> Wakeup::wait_until(Time until)
{
    if (std::exchange(woken_, false)) co_return;
    asio::steady_timer timer(executor_, until);
    waits_.push_back(&timer);
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    std::erase(waits_, &timer);
}

} // namespace waybill::config
