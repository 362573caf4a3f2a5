#include "server/api/contract/event.hpp"
#include "server/api/contract/masking.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/events/events.hpp"
#include "server/events/payload.hpp"
#include "server/http/refusal.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace waybill::api
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::chrono::hours wanted_for{7 * 24};
constexpr std::chrono::hours noted_for{1}; // a reader is in the audit log once in that time
constexpr std::size_t max_noted = 10'000;
constexpr std::size_t max_streams = 200, max_streams_each = 20;
constexpr int page_of_stream = 500;
constexpr std::chrono::milliseconds between_looks{300};
constexpr std::chrono::seconds max_quiet{15}; // proxies close a connection on which nothing happens

http::Refusal faulty_position(std::string_view name)
{
    return http::Refusal(
        http::FieldFault{"query", std::string(name), "must be the id of an event or a nextAfter", "value_error"});
}

db::EventNumber parse_position(const std::string& text)
{
    if (text.empty() || text == "evt_0_0") return 0;
    const auto number = events::number_of(text);
    if (!number) throw faulty_position("after");
    return *number;
}

// Of a page without events, the position that it began behind.
std::string position_behind(const std::vector<db::Event>& events, const std::string& after)
{
    if (!events.empty()) return events::id_of(events.back());
    return after.empty() ? "evt_0_0" : after;
}

struct Reader
{
    db::EventNumber position = 0;
    http::Caller caller;
    std::shared_ptr<void> share;
    bool ended = false;
};

std::string blocks_of(const std::vector<db::Event>& events, bool sees_people)
{
    std::string text;
    for (const db::Event& event : events) {
        std::string block =
            "id: " + events::id_of(event) + "\nevent: " + event.kind + "\ndata: " + events::payload_of(event) + "\n\n";
        text += sees_people ? block : masked_event(block);
    }
    return text;
}

asio::awaitable<bool> is_allowed(const http::Caller& caller)
{
    if (!caller.still_allowed) co_return true;
    auto check = caller.still_allowed();
    const bool allowed = co_await std::move(check);
    co_return allowed;
}

asio::awaitable<void> pause_between_looks(asio::steady_timer& timer)
{
    timer.expires_after(between_looks);
    boost::system::error_code ended;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

// A stream outlives the handler that has begun it.
asio::awaitable<void> send_events(db::Events events, std::shared_ptr<Reader> reader, http::BodyWriter& body)
{
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    body.on_end([reader, &timer] {
        reader->ended = true;
        timer.cancel();
    });
    co_await body.write("retry: 2000\n\n"); // milliseconds
    auto last_written = Clock::now();
    while (!reader->ended) {
        const std::vector<db::Event> found = co_await events.read(reader->position, page_of_stream);
        const bool allowed = co_await is_allowed(reader->caller);
        if (!allowed || reader->ended) break;
        std::string text = blocks_of(found, reader->caller.sees_people);
        if (!found.empty()) reader->position = found.back().number;
        if (text.empty() && Clock::now() - last_written > max_quiet) text = ": ping\n\n";
        if (!text.empty()) {
            co_await body.write(std::move(text));
            last_written = Clock::now();
        }
        if (found.size() < page_of_stream && !reader->ended) co_await pause_between_looks(timer);
    }
}

} // namespace

FeedRoutes::FeedRoutes(db::Database& database)
    : events_(database), audit_(database), running_(max_streams, max_streams_each, "streams of events")
{
}

// Before the first byte, once an hour: a client that polls would fill the log.
asio::awaitable<void> FeedRoutes::note_reader(const http::Request& request)
{
    co_await events_.want_feed(wanted_for);
    if (!request.caller.sees_people) co_return;
    const auto now = Clock::now();
    const auto noted = noted_at_.find(request.caller.name);
    if (noted != noted_at_.end() && now - noted->second < noted_for) co_return;
    db::Action action{"read", "/api/events"};
    co_await audit_.record(actor_of(request), std::move(action));
    if (noted_at_.size() >= max_noted) noted_at_.clear();
    noted_at_[request.caller.name] = now;
}

asio::awaitable<http::Response> FeedRoutes::page(http::Request request)
{
    const int limit = read_paging(request).limit;
    const std::string after = query_value(request, "after");
    const db::EventNumber position = parse_position(after);
    co_await note_reader(request);
    const std::vector<db::Event> found = co_await events_.read(position, limit);
    ShownEvents shown;
    for (const db::Event& event : found)
        shown.events.push_back({events::payload_of(event)});
    shown.next_after = position_behind(found, after);
    co_return json_reply(200, shown);
}

// A client that connects again says which event was its last in Last-Event-ID, as EventSource does; a new one without
// `after` gets what happens from now on.
asio::awaitable<http::Response> FeedRoutes::stream(http::Request request)
{
    std::string after(request.headers.value_or_empty("Last-Event-ID"));
    if (after.empty()) after = query_value(request, "after");
    const auto reader = std::make_shared<Reader>();
    reader->position = parse_position(after);
    reader->caller = request.caller;
    reader->share = running_.take(request.caller.name);
    co_await note_reader(request);
    if (after.empty()) reader->position = co_await events_.newest();
    http::Response response;
    response.headers = {
        {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};
    response.stream = [events = events_, reader](http::BodyWriter& body) { return send_events(events, reader, body); };
    co_return response;
}

} // namespace waybill::api
