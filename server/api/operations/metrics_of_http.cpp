#include "server/api/operations/metrics_page.hpp"

#include <chrono>
#include <numeric>
#include <sstream>

namespace waybill::api
{

namespace
{

using http::RequestTimes;

std::string bound_text(std::chrono::duration<double> bound)
{
    std::ostringstream text;
    text << bound.count(); // 0.005, not 0.005000: it names a series
    return text.str();
}

// Of routes that were asked for: an installation uses few of them.
void write_route_times(MetricsPage& page, const http::RouteTimes& route)
{
    const auto& counts = route.times->counts();
    if (std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == 0) return;
    const std::string labels =
        "method=\"" + std::string(route.method) + "\",route=\"" + std::string(route.pattern) + "\"";
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < RequestTimes::bounds.size(); ++i) {
        total += counts[i];
        page.sample(total, labels + ",le=\"" + bound_text(RequestTimes::bounds[i]) + "\"", "_bucket");
    }
    total += counts.back();
    page.sample(total, labels + ",le=\"+Inf\"", "_bucket");
    page.sample(route.times->sum_in_seconds(), labels, "_sum");
    page.sample(total, labels, "_count");
}

} // namespace

void write_http(MetricsPage& page, const http::Server& server)
{
    const http::ServerCounters& counters = server.counters();
    page.family("waybill_http_connections_open", "gauge", "Open connections.");
    page.sample(counters.connections_open);
    page.family("waybill_http_connections_refused_total", "counter", "Connections refused over the limit.");
    page.sample(counters.connections_refused);
    page.family("waybill_http_requests_total", "counter", "Requests answered.");
    page.sample(counters.requests);
    page.family("waybill_http_clients_left_total", "counter", "Clients that left while their requests were handled.");
    page.sample(counters.clients_left);
    page.family("waybill_http_deadlines_passed_total", "counter", "Connections cut because a peer was too slow.");
    page.sample(counters.deadlines_passed);
    page.family("waybill_http_responses_total", "counter", "Replies by class of status.");
    for (int status_class = 1; status_class < 6; ++status_class)
        page.sample(counters.responses_by_class[status_class], "class=\"" + std::to_string(status_class) + "xx\"");
    page.family("waybill_http_request_duration_seconds", "histogram",
                "From the head of a request, its body included, to the reply, by route.");
    for (const http::RouteTimes& route : server.route_times())
        write_route_times(page, route);
}

} // namespace waybill::api
