#pragma once

#include "tests/support/loop_thread.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/reserved_port.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <list>
#include <memory>
#include <optional>
#include <string>

namespace waybill::test
{

// A way to a test's database that can be cut: connections are refused then, and those that were there are gone. Closed
// until it is opened.
class DatabaseProxy
{
public:
    explicit DatabaseProxy(const TestDatabase& database);
    ~DatabaseProxy();

    // Of connections from now on, the server says that it is of this version: two digits.
    void pretend_version(const std::string& version) { version_ = version; }

    const std::string& url() const { return url_; }
    void open();
    void cut();

private:
    struct Link
    {
        asio::ip::tcp::socket client;
        asio::local::stream_protocol::socket server;
        void close();
    };

    asio::awaitable<void> accept();
    static asio::awaitable<void> pass_on_to_server(std::shared_ptr<Link> link);
    asio::awaitable<void> pass_on_to_client(std::shared_ptr<Link> link);

    ReservedPort port_;
    asio::local::stream_protocol::endpoint server_;
    std::string url_;
    std::string version_; // empty: the server's own
    LoopThread loop_;
    std::optional<asio::ip::tcp::acceptor> acceptor_;
    std::list<std::weak_ptr<Link>> links_;
};

} // namespace waybill::test
