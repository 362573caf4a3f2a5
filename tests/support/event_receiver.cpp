#include "tests/support/event_receiver.hpp"

#include "tests/support/polling.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <utility>

namespace waybill::test
{

namespace
{

std::string field_of(const std::string& request, const std::string& name)
{
    const auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
}

ReceivedEvent read_event(const std::string& request)
{
    ReceivedEvent received;
    received.id = field_of(request, "webhook-id");
    received.timestamp = field_of(request, "webhook-timestamp");
    received.signature = field_of(request, "webhook-signature");
    received.body = request.substr(request.find("\r\n\r\n") + 4);
    received.event = boost::json::parse(received.body).as_object();
    return received;
}

} // namespace

EventReceiver::EventReceiver(React react)
    : react_(std::move(react)), peer_([this](PeerConnection& connection, int) { serve(connection); })
{
}

void EventReceiver::serve(PeerConnection& connection)
{
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
        if (request.find("\r\n\r\n") == std::string::npos) return;
        ReceivedEvent received = read_event(request);
        Reaction reaction{};
        {
            const std::lock_guard lock(mutex_);
            reaction = react_(received, requests_++);
            if (reaction == Reaction::accept) accepted_.push_back(std::move(received));
        }
        if (reaction == Reaction::reset) return connection.reset();
        if (reaction == Reaction::hang) return connection.wait_until_closed();
        if (reaction == Reaction::accept) connection.write("HTTP/1.1 204 No Content\r\n\r\n");
        if (reaction == Reaction::refuse) connection.write("HTTP/1.1 500 Oops\r\nContent-Length: 10\r\n\r\nnot today!");
        if (reaction == Reaction::redirect)
            connection.write("HTTP/1.1 307 Elsewhere\r\nLocation: /events\r\nContent-Length: 0\r\n\r\n");
    }
}

std::vector<ReceivedEvent> EventReceiver::accepted() const
{
    const std::lock_guard lock(mutex_);
    return accepted_;
}

std::vector<ReceivedEvent> EventReceiver::accepted_once() const
{
    std::set<std::string> ids;
    std::vector<ReceivedEvent> once;
    for (ReceivedEvent& each : accepted())
        if (ids.insert(each.id).second) once.push_back(std::move(each));
    return once;
}

std::vector<std::string> EventReceiver::types_of(const std::string& message_id) const
{
    std::vector<std::string> types;
    for (const ReceivedEvent& each : accepted_once()) {
        const boost::json::object& data = each.event.at("data").as_object();
        const boost::json::value* id = data.if_contains("id");
        if (id != nullptr && id->as_string() == message_id) types.emplace_back(each.event.at("type").as_string());
    }
    return types;
}

int EventReceiver::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

void EventReceiver::wait_until(const std::string& what,
                               const std::function<bool(const EventReceiver&)>& condition) const
{
    test::wait_until(
        what, [&] { return condition(*this); }, std::chrono::seconds(60));
}

void EventReceiver::wait_for(std::size_t count) const
{
    wait_until("the endpoint has " + std::to_string(count) + " events",
               [count](const EventReceiver& receiver) { return receiver.accepted_once().size() >= count; });
}

void EventReceiver::wait_for_all(const TestDatabase& database) const
{
    const auto none = [&](const std::string& rows) { return database.number("select count(*) from " + rows) == 0; };
    wait_until("all messages are sent and their events are numbered", [&](const EventReceiver&) {
        return none("messages where status in ('pending', 'sending')") && none("new_events");
    });
    wait_for(static_cast<std::size_t>(database.number("select count(*) from events")));
    for (const std::string& message : database.column("select id from messages")) {
        const auto kinds = database.column("select kind from events where message_id = " + message +
                                           " and kind like 'message.%' order by number");
        BOOST_TEST(types_of(message) == kinds, boost::test_tools::per_element());
        BOOST_TEST(!kinds.empty());
    }
}

} // namespace waybill::test
