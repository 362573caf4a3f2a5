#pragma once

#include "server/http/message.hpp"
#include "server/http/server/connection.hpp"

#include <functional>

namespace waybill::http
{

// Writes a streamed body to a connection, in chunks or, for HTTP/1.0, bare.
class StreamWriter final : public BodyWriter
{
public:
    StreamWriter(Connection& connection, std::chrono::seconds write_deadline, bool chunked);

    asio::awaitable<void> write(std::string piece) override;
    void on_end(std::function<void()> action) override;
    bool waits() const { return action_ != nullptr; } // for something that end() would cut short
    void end();
    asio::awaitable<bool> finish(); // the last chunk
    bool is_broken() const { return broken_; }

private:
    Connection& connection_;
    std::chrono::seconds write_deadline_;
    bool chunked_;
    bool broken_ = false;
    bool ended_ = false;
    std::function<void()> action_; // at the end
};

} // namespace waybill::http
