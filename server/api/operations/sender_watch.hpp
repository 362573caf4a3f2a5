#pragma once

#include "db/outbox/senders.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace waybill::api
{

namespace asio = boost::asio;

// The senders as PostgreSQL reports them, or as they were last seen while PostgreSQL is away or slow: asking never
// takes long. One reading at a time.
class SenderWatch
{
public:
    explicit SenderWatch(db::Senders senders) : senders_(senders) {}

    asio::awaitable<std::vector<db::SenderState>> read(std::chrono::seconds max_age);

    static bool any_paused(const std::vector<db::SenderState>& senders);

private:
    asio::awaitable<void> refresh(std::shared_ptr<asio::steady_timer> done);

    db::Senders senders_;
    std::vector<db::SenderState> last_;
    std::chrono::steady_clock::time_point read_at_;
    bool reading_ = false;
};

} // namespace waybill::api
