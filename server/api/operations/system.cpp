#include "server/api/operations/system.hpp"

#include "server/api/contract/json_text.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/api/operations/senders.hpp"

#include <boost/json/object.hpp>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

json::value lag_json(const db::SecondsHistogram& lag)
{
    if (lag.count() == 0) return nullptr;
    return json::object{{"p50", lag.percentile(0.5)}, {"p99", lag.percentile(0.99)}};
}

json::value time_or_null(db::Time time)
{
    if (time == db::Time{}) return nullptr;
    return json::string(to_iso8601(time));
}

} // namespace

asio::awaitable<http::Response> SystemRoute::system(http::Request)
{
    if (parts_.watch.reachable()) co_await look_at_senders();
    const json::object journal{
        {"records", parts_.journal.records()}, {"bytes", parts_.journal.bytes()}, {"full", parts_.journal.full()}};
    const json::object body{{"version", WAYBILL_VERSION},
                            {"simulated", simulated_},
                            {"twilio", simulated_ ? "simulated" : "configured"},
                            {"database", parts_.watch.reachable() ? "reachable" : "away"},
                            {"journal", journal},
                            {"senders", senders_json(last_seen_, default_sender_, rates_)},
                            {"inFlight", parts_.sender.counters().in_flight},
                            {"concurrencyLimit", parts_.sender.concurrency_limit()},
                            {"lastReceiptAt", time_or_null(parts_.receiver.counters().last_acknowledged)},
                            {"receiptsSilent", parts_.alarm.silent()},
                            {"receiptLagSeconds", lag_json(parts_.receipts.counters().lag)}};
    co_return http::json_response(200, json_text(body));
}

asio::awaitable<void> SystemRoute::look_at_senders()
{
    try {
        last_seen_ = co_await senders_.list();
    }
    catch (const db::Unavailable&) {
    }
}

} // namespace waybill::api
