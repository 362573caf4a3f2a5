#pragma once

#include "tests/support/raw_http.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace waybill::test
{

// A viewer of Server-Sent Events, as an EventSource reads them.
class EventStream
{
public:
    EventStream(std::uint16_t port, const std::string& target);

    const RawReply& head() const { return head_; }
    std::string next_block();        // up to an empty line; empty when the server has ended the stream
    boost::json::object next_data(); // of the next event
    const std::string& last_id() const { return last_id_; }

private:
    RawHttp http_;
    RawReply head_;
    std::string unread_;
    std::string last_id_;
};

} // namespace waybill::test
