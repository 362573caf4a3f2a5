#include "tests/support/event_stream.hpp"

#include "tests/support/http_requests.hpp"

#include <boost/json/parse.hpp>

#include <sstream>
#include <stdexcept>

namespace waybill::test
{

EventStream::EventStream(std::uint16_t port, const std::string& target) : http_(port)
{
    http_.send(get_request(target));
    head_ = http_.receive_head();
}

std::string EventStream::next_block()
{
    std::size_t end = unread_.find("\n\n");
    while (end == std::string::npos) {
        const std::string chunk = http_.receive_chunk();
        if (chunk.empty()) return {};
        unread_ += chunk;
        end = unread_.find("\n\n");
    }
    std::string block = unread_.substr(0, end);
    unread_.erase(0, end + 2);
    return block;
}

boost::json::object EventStream::next_data()
{
    for (std::string block = next_block(); !block.empty(); block = next_block()) {
        std::istringstream lines(block);
        std::string data;
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("id: ")) last_id_ = line.substr(4);
            if (line.starts_with("data: ")) data = line.substr(6);
        }
        if (!data.empty()) return boost::json::parse(data).as_object();
    }
    throw std::runtime_error("the server has ended the stream");
}

} // namespace waybill::test
