#pragma once

#include "config/wakeup.hpp"
#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "server/events/delivery_options.hpp"
#include "server/events/delivery_window.hpp"
#include "server/events/post.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace waybill::events
{

struct DeliveryCounters
{
    std::uint64_t delivered = 0;
    std::uint64_t refused = 0;  // attempts
    std::uint64_t disabled = 0; // endpoints
};

// The deliveries to one endpoint for as long as this process holds it: reads events ahead, keeps several in flight and
// writes down in batches what became of them. Lives until its last exchange has ended.
class EndpointLane : public std::enable_shared_from_this<EndpointLane>
{
public:
    EndpointLane(asio::any_io_executor executor, db::Database& database, db::Endpoint endpoint, db::Holder holder,
                 DeliveryOptions options, DeliveryCounters& counters);

    asio::awaitable<void> run(); // until stop(), or until the endpoint is another process's or disabled

    void configure(db::Endpoint endpoint); // as it is now
    void look();                           // there are new events
    void stop();

private:
    using Clock = std::chrono::steady_clock;

    asio::awaitable<void> round();
    asio::awaitable<void> read_more();
    asio::awaitable<void> keep();
    asio::awaitable<void> end();
    asio::awaitable<void> wait_for_answers(std::chrono::milliseconds patience);
    asio::awaitable<void> disable();
    void start();
    std::optional<Attempt> next_attempt();
    bool waits_for_success() const;
    Clock::time_point next_look() const;
    static asio::awaitable<void> deliver(std::shared_ptr<EndpointLane> lane, Attempt attempt);
    asio::awaitable<Answer> send(const Attempt& attempt);
    void finish(const Attempt& attempt, const Answer& answer);

    asio::any_io_executor executor_;
    db::Deliveries deliveries_;
    db::Endpoints endpoints_;
    db::Endpoint endpoint_;
    db::Holder holder_;
    DeliveryOptions options_;
    DeliveryCounters& counters_;
    std::shared_ptr<Post> post_;
    DeliveryWindow window_;
    config::Wakeup wakeup_;
    Clock::time_point read_at_{}, due_at_{}, keep_at_{}, probe_at_{};
    bool stopping_ = false;
    bool lost_ = false; // another process holds the endpoint
};

} // namespace waybill::events
