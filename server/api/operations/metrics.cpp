#include "server/api/operations/metrics.hpp"

#include <chrono>
#include <numeric>
#include <sstream>

namespace waybill::api
{

using http::RequestTimes;
using webhooks::Verdict;

namespace
{

void write_receipts(MetricsPage& page, const webhooks::ReceiverCounters& counters)
{
    page.family("waybill_callbacks_total", "counter", "Status callbacks by verdict.");
    page.sample(counters.of(Verdict::acknowledged), "verdict=\"acknowledged\"");
    page.sample(counters.of(Verdict::forbidden), "verdict=\"forbidden\"");
    page.sample(counters.of(Verdict::malformed), "verdict=\"malformed\"");
    page.sample(counters.of(Verdict::unavailable), "verdict=\"unavailable\"");
    page.family("waybill_inbound_total", "counter", "Inbound messages by verdict.");
    page.sample(counters.inbound_of(Verdict::acknowledged), "verdict=\"acknowledged\"");
    page.sample(counters.inbound_of(Verdict::forbidden), "verdict=\"forbidden\"");
    page.sample(counters.inbound_of(Verdict::malformed), "verdict=\"malformed\"");
    page.sample(counters.inbound_of(Verdict::unavailable), "verdict=\"unavailable\"");
    page.family("waybill_signature_failures_total", "counter", "Refused signatures by reason.");
    page.sample(counters.missing_signature, "reason=\"missing\"");
    page.sample(counters.wrong_signature, "reason=\"wrong\"");
    page.family("waybill_signatures_verified_total", "counter",
                "Verified signatures by position in TWILIO_AUTH_TOKEN.");
    for (std::size_t token = 0; token < counters.verified_by_token.size(); ++token)
        page.sample(counters.verified_by_token[token], "token=\"" + std::to_string(token + 1) + "\"");
}

void write_events(MetricsPage& page, const events::DeliveryCounters& counters)
{
    page.family("waybill_event_deliveries_total", "counter", "Attempts to deliver outgoing events by result.");
    page.sample(counters.delivered, "result=\"accepted\"");
    page.sample(counters.refused, "result=\"refused\"");
    page.family("waybill_endpoints_disabled_total", "counter",
                "Endpoints disabled because an event was refused too often.");
    page.sample(counters.disabled);
}

// Without a replica, its families are left out.
void write_replica(MetricsPage& page, const db::Replica* replica)
{
    if (replica == nullptr) return;
    page.family("waybill_replica_following", "gauge", "1 while reports are read from the replica.");
    page.sample(replica->state() == db::ReplicaState::following ? 1 : 0);
    if (replica->lag()) {
        page.family("waybill_replica_lag_seconds", "gauge", "How far the replica is behind its primary, at most.");
        page.sample(std::chrono::duration<double>(*replica->lag()).count());
    }
    page.family("waybill_report_reads_total", "counter", "Reads for reports and exports, by the server that answered.");
    page.sample(replica->counters().from_replica, "server=\"replica\"");
    page.sample(replica->counters().from_primary, "server=\"primary\"");
}

void write_journal(MetricsPage& page, const tracking::ReceiptKeeper& receipts, const db::Journal& journal)
{
    const tracking::ReceiptCounters& counters = receipts.counters();
    page.family("waybill_receipts_total", "counter", "Receipts made durable, by what became of them.");
    page.sample(counters.kept, "result=\"kept\"");
    page.sample(counters.repeated, "result=\"repeated\"");
    page.sample(counters.stray, "result=\"stray\"");
    page.sample(counters.journaled, "result=\"journaled\"");
    page.sample(counters.replayed, "result=\"replayed\"");
    page.sample(counters.set_aside, "result=\"set_aside\"");
    page.family("waybill_receipt_commits_total", "counter", "Group commits of receipts.");
    page.sample(receipts.commits());
    page.family("waybill_journal_records", "gauge", "Receipts on disk that wait for PostgreSQL.");
    page.sample(journal.records());
    page.family("waybill_journal_bytes", "gauge", "Size of the journal.");
    page.sample(journal.bytes());
}

void write_sending(MetricsPage& page, const sending::Dispatcher& dispatcher)
{
    const sending::DispatcherCounters& counters = dispatcher.counters();
    page.family("waybill_sends_total", "counter", "Answers to create requests by outcome.");
    page.sample(counters.accepted, "outcome=\"accepted\"");
    page.sample(counters.rejected, "outcome=\"rejected\"");
    page.sample(counters.throttled, "outcome=\"throttled\"");
    page.sample(counters.not_sent, "outcome=\"not_sent\"");
    page.sample(counters.unknown, "outcome=\"unknown\"");
    page.family("waybill_expired_leases_total", "counter", "Claims whose process died; their messages became unknown.");
    page.sample(counters.expired_leases);
    page.family("waybill_sends_in_flight", "gauge", "Messages claimed and not yet recorded.");
    page.sample(counters.in_flight);
    page.family("waybill_sends_in_flight_limit", "gauge", "How many may be, learned from Twilio's replies.");
    page.sample(dispatcher.concurrency_limit());
    page.family("waybill_pauses_total", "counter", "Pauses for faults that concern more than a message.");
    page.sample(counters.account_pauses, "scope=\"account\"");
    page.sample(counters.sender_pauses, "scope=\"sender\"");
}

void write_guard(MetricsPage& page, const tracking::GuardCounters& counters)
{
    page.family("waybill_campaigns_paused_total", "counter", "Campaigns that paused themselves for their errors.");
    page.sample(counters.paused);
}

void write_lag(MetricsPage& page, const db::SecondsHistogram& lag)
{
    page.family("waybill_receipt_lag_seconds", "summary",
                "From the claim of a message to the receipt of its delivery.");
    page.sample(lag.percentile(0.5), "quantile=\"0.5\"");
    page.sample(lag.percentile(0.99), "quantile=\"0.99\"");
    page.sample(lag.count(), {}, "_count");
}

void write_reconciliation(MetricsPage& page, const tracking::ReconcilerCounters& counters, bool silent)
{
    using tracking::LookResult;
    page.family("waybill_lookups_total", "counter", "Messages that Twilio was asked about, by what it said.");
    page.sample(counters.of(LookResult::settled), "result=\"settled\"");
    page.sample(counters.of(LookResult::open), "result=\"open\"");
    page.sample(counters.of(LookResult::not_found), "result=\"not_found\"");
    page.sample(counters.of(LookResult::unanswered), "result=\"unanswered\"");
    page.family("waybill_receipts_silent", "gauge", "1 while messages go out and no receipt comes.");
    page.sample(silent ? 1 : 0);
}

void write_viewers(MetricsPage& page, const CampaignFeed& feed)
{
    page.family("waybill_event_viewers", "gauge", "Open streams of campaign events.");
    page.sample(feed.viewers());
}

void write_counts(MetricsPage& page, const twilio::ErrorCounts& errors, const std::string& source)
{
    for (const auto& [code, times] : errors.seen())
        page.sample(times, "code=\"" + (code == 0 ? "other" : std::to_string(code)) + "\",source=\"" + source + "\"");
}

void write_errors(MetricsPage& page, const twilio::ErrorCounts& of_receipts, const twilio::ErrorCounts& of_replies)
{
    page.family("waybill_errors_total", "counter",
                "Errors that Twilio reported, in receipts and in replies to create requests, by code.");
    write_counts(page, of_receipts, "receipt");
    write_counts(page, of_replies, "reply");
}

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

} // namespace

std::string metrics_page(const Parts& parts, const StoredFigures& figures)
{
    MetricsPage page;
    page.family("waybill_database_reachable", "gauge", "1 while PostgreSQL answers.");
    page.sample(parts.watch.reachable() ? 1 : 0);
    page.family("waybill_history_lost", "gauge",
                "1 while PostgreSQL lacks commits that it had confirmed: nothing is sent.");
    page.sample(parts.tickets.loss().empty() ? 0 : 1);
    write_replica(page, parts.replica);
    write_receipts(page, parts.receiver.counters());
    write_journal(page, parts.receipts, parts.journal);
    write_lag(page, parts.receipts.counters().lag);
    write_sending(page, parts.dispatcher);
    write_guard(page, parts.guard.counters());
    write_reconciliation(page, parts.reconciler.counters(), parts.alarm.silent());
    write_events(page, parts.deliverer.counters());
    write_errors(page, parts.receipts.errors(), parts.dispatcher.errors());
    write_stored(page, figures, parts.rules);
    write_viewers(page, parts.feed);
    write_http(page, parts.server);
    return page.take();
}

} // namespace waybill::api
