#pragma once

#include "config/background_task.hpp"
#include "config/wakeup.hpp"
#include "db/events/deliveries.hpp"
#include "db/events/events.hpp"
#include "db/postgres/database.hpp"
#include "server/events/delivery_options.hpp"
#include "server/events/endpoint_lane.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>

namespace waybill::events
{

// Numbers events as they are committed, and delivers them to the endpoints that this process holds. Several processes
// share the endpoints; those of one that is gone are taken over when their leases end.
class Deliverer
{
public:
    Deliverer(asio::any_io_executor executor, db::Database& database, DeliveryOptions options);

    config::BackgroundTask numbering_task();
    config::BackgroundTask task(); // ends when what is in flight has ended and is written down

    void look_at_endpoints(); // one was added or changed

    asio::awaitable<Answer> test(db::Endpoint endpoint); // sends it a test event now

    const DeliveryCounters& counters() const { return state_->counters; }
    const DeliveryOptions& options() const { return options_; }

private:
    struct State
    {
        explicit State(asio::any_io_executor executor) : change(std::move(executor)) {}

        DeliveryCounters counters;
        std::map<std::int64_t, std::shared_ptr<EndpointLane>> lanes; // by endpoint
        config::Wakeup change;                                       // of the endpoints, or a lane has ended
        bool stopping = false;
    };

    asio::awaitable<config::Wakeup::Time> number();
    std::int64_t place_to_look_above();
    asio::awaitable<void> forget_old();
    asio::awaitable<void> run();
    void hold(std::vector<db::Endpoint> leased);
    void start_lane(db::Endpoint endpoint);
    void stop();

    asio::any_io_executor executor_;
    db::Database& database_;
    DeliveryOptions options_;
    db::Holder holder_;
    std::shared_ptr<State> state_;
    config::Wakeup::Time forget_at_{}, look_at_all_at_{};
    std::int64_t numbered_ = 0, above_ = 0, next_above_ = 0; // where events were written
};

} // namespace waybill::events
