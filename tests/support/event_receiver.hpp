#pragma once

#include "tests/support/postgres.hpp"
#include "tests/support/scripted_peer.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace waybill::test
{

struct ReceivedEvent
{
    std::string id, timestamp, signature; // headers
    std::string body;
    boost::json::object event;
};

enum class Reaction
{
    accept,
    refuse,   // 500
    hang,     // until the sender gives up
    reset,    // the connection
    redirect, // to itself
};

// A receiver of events that reacts to the n-th request, counted from 0, as its script says.
class EventReceiver
{
public:
    using React = std::function<Reaction(const ReceivedEvent& event, int number)>;

    explicit EventReceiver(React react = [](const ReceivedEvent&, int) { return Reaction::accept; });

    std::string url() const { return peer_.origin() + "/events?of=waybill"; }

    std::vector<ReceivedEvent> accepted() const;                            // in order, repetitions included
    std::vector<ReceivedEvent> accepted_once() const;                       // the first of each webhook-id
    std::vector<std::string> types_of(const std::string& message_id) const; // of its accepted events, each once
    int requests() const;
    void wait_until(const std::string& what, const std::function<bool(const EventReceiver&)>& condition) const;
    void wait_for(std::size_t count) const; // different accepted events

    // Once no receipt comes any more: until each event has arrived, and those of each message in the
    // order in which they happened. A receipt may overtake the answer to the request: then `accepted` never was.
    void wait_for_all(const TestDatabase& database) const;

private:
    void serve(PeerConnection& connection);

    React react_;
    mutable std::mutex mutex_;
    std::vector<ReceivedEvent> accepted_;
    int requests_ = 0;
    ScriptedPeer peer_;
};

} // namespace waybill::test
