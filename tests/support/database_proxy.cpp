#include "tests/support/database_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace waybill::test
{

using asio::ip::tcp;

namespace
{

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// In what a server says when a connection begins.
void change_version(std::string_view version, std::span<char> bytes)
{
    constexpr std::string_view name("server_version\0", 15);
    const std::string_view text(bytes.data(), bytes.size());
    const std::size_t found = version.empty() ? text.npos : text.find(name);
    if (found == text.npos) return;
    std::ranges::copy(version, bytes.begin() + static_cast<std::ptrdiff_t>(found + name.size()));
}

// Until one side ends or is closed.
template <class From, class To>
asio::awaitable<void> pass_on(From& from, To& to, std::string version)
{
    std::vector<char> bytes(16 * 1024);
    for (;;) {
        const auto [read_error, size] = co_await from.async_read_some(asio::buffer(bytes), as_result);
        if (read_error) co_return;
        change_version(version, std::span(bytes).first(size));
        const auto [write_error, written] = co_await asio::async_write(to, asio::buffer(bytes, size), as_result);
        if (write_error) co_return;
    }
}

std::string socket_of(const TestDatabase& database)
{
    const std::string directories = database.value("show unix_socket_directories");
    return directories.substr(0, directories.find(',')) + "/.s.PGSQL." + database.value("show port");
}

} // namespace

DatabaseProxy::DatabaseProxy(const TestDatabase& database) : server_(socket_of(database))
{
    url_ = "host=127.0.0.1 port=" + std::to_string(port_.number()) + " sslmode=disable gssencmode=disable" +
           " user=" + database.value("select current_user") + " dbname=" + database.value("select current_database()");
}

DatabaseProxy::~DatabaseProxy()
{
    cut();
    loop_.finish();
}

void DatabaseProxy::open()
{
    loop_.call([this] {
        acceptor_.emplace(loop_.executor(), tcp::endpoint(asio::ip::address_v4::loopback(), port_.number()));
        asio::co_spawn(loop_.executor(), accept(), asio::detached);
    });
}

void DatabaseProxy::cut()
{
    loop_.call([this] {
        acceptor_.reset();
        for (const auto& each : links_)
            if (const auto link = each.lock()) link->close();
        links_.clear();
    });
}

void DatabaseProxy::Link::close()
{
    boost::system::error_code ignored;
    client.close(ignored);
    server.close(ignored);
}

asio::awaitable<void> DatabaseProxy::accept()
{
    while (acceptor_) {
        const auto link = std::make_shared<Link>(
            Link{tcp::socket(loop_.executor()), asio::local::stream_protocol::socket(loop_.executor())});
        const auto [accept_error] = co_await acceptor_->async_accept(link->client, as_result);
        if (accept_error) co_return;
        links_.push_back(link);
        const auto [connect_error] = co_await link->server.async_connect(server_, as_result);
        if (connect_error) continue;
        asio::co_spawn(loop_.executor(), pass_on_to_server(link), asio::detached);
        asio::co_spawn(loop_.executor(), pass_on_to_client(link), asio::detached);
    }
}

asio::awaitable<void> DatabaseProxy::pass_on_to_server(std::shared_ptr<Link> link)
{
    co_await pass_on(link->client, link->server, "");
    link->close();
}

asio::awaitable<void> DatabaseProxy::pass_on_to_client(std::shared_ptr<Link> link)
{
    co_await pass_on(link->server, link->client, version_);
    link->close();
}

} // namespace waybill::test
