#include "server/http/client/client_connection.hpp"

#include "server/http/client/client_messages.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <utility>

namespace waybill::http
{

using asio::ip::tcp;

namespace
{

constexpr std::size_t read_size = 16 * 1024;

std::string in_words(std::chrono::milliseconds duration)
{
    return std::to_string(duration.count()) + " ms";
}

} // namespace

ClientConnection::ClientConnection(asio::any_io_executor executor, const Origin& origin, const ClientOptions& options,
                                   TlsContext* tls)
    : origin_(origin), options_(options), context_(tls), socket_(executor), deadline_(executor, [this] { close(); })
{
}

void ClientConnection::close()
{
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void ClientConnection::abort()
{
    deadline_.clear();
    aborted_ = true;
    close();
}

asio::awaitable<std::optional<ClientFailure>> ClientConnection::open(NameLookup& lookup)
{
    const auto due = Clock::now() + options_.connect_deadline;
    auto found = co_await lookup.find(due);
    if (auto* fault = std::get_if<std::string>(&found)) co_return ClientFailure{false, *fault, FailedAt::lookup};

    auto addresses = std::get<NameLookup::Addresses>(std::move(found));
    if (options_.may_connect_to)
        std::erase_if(addresses,
                      [this](const tcp::endpoint& each) { return !options_.may_connect_to(each.address()); });
    if (addresses.empty())
        co_return ClientFailure{false, "none of the addresses of " + origin_.host_header + " may be connected to",
                                FailedAt::lookup};
    std::string fault = co_await connect(std::move(addresses), due);
    if (!fault.empty()) co_return ClientFailure{false, std::move(fault), FailedAt::connect};
    if (!context_) co_return std::nullopt;

    fault = co_await shake_hands(due);
    if (!fault.empty()) co_return ClientFailure{false, std::move(fault), FailedAt::handshake};
    co_return std::nullopt;
}

// Tries one address after the other. Each but the last may use half of the remaining time, so that one that swallows
// packets does not keep us from the next.
asio::awaitable<std::string> ClientConnection::connect(NameLookup::Addresses addresses, Clock::time_point due)
{
    std::string fault = "it has no address";
    for (std::size_t i = 0; i < addresses.size() && !aborted_; ++i) {
        close();
        const bool is_last = i + 1 == addresses.size();
        const auto now = Clock::now();
        deadline_.set(is_last ? due : now + (due - now) / 2);
        const auto [error] = co_await socket_.async_connect(addresses[i], asio::as_tuple(asio::use_awaitable));
        deadline_.clear();
        if (!error && !deadline_.passed()) {
            boost::system::error_code ignored;
            socket_.set_option(tcp::no_delay(true), ignored);
            co_return std::string();
        }
        fault = deadline_.passed() ? "not made within " + in_words(options_.connect_deadline) : error.message();
    }
    co_return "no connection to " + origin_.host_header + ": " + fault;
}

asio::awaitable<std::string> ClientConnection::shake_hands(Clock::time_point due)
{
    tls_ = std::make_unique<TlsStream>(socket_, *context_);
    deadline_.set(due);
    std::string fault = co_await tls_->handshake();
    deadline_.clear();
    if (deadline_.passed()) fault = "not made within " + in_words(options_.connect_deadline);
    if (fault.empty()) co_return fault;
    co_return "no TLS connection to " + origin_.host_header + ": " + fault;
}

asio::awaitable<ClientResult> ClientConnection::exchange(const ClientRequest& request)
{
    keep_ = false;
    write_request(request, origin_.host_header, output_);
    const auto bytes = asio::buffer(output_);
    deadline_.set(Clock::now() + options_.write_deadline);
    const auto [error, written] = co_await write(bytes);
    if (error) {
        // What the kernel did not accept has not left; what was handed to TLS may have.
        const bool request_sent = tls_ || written > 0;
        const std::string fault =
            deadline_.passed() ? "not accepted within " + in_words(options_.write_deadline) : error.message();
        co_return ClientFailure{request_sent, "the request could not be written: " + fault};
    }
    ClientResult result = co_await read_response(request.method == "HEAD");
    deadline_.clear();
    keep_ = keep_ && !asks_to_close(request);
    co_return result;
}

asio::awaitable<ClientResult> ClientConnection::read_response(bool answers_head)
{
    ResponseReader reader(options_.max_response_bytes, answers_head);
    deadline_.set(Clock::now() + options_.read_deadline);
    while (!reader.is_done()) {
        const auto space = input_.prepare(read_size);
        const auto [error, size] = co_await read_some(space);
        if (error == asio::error::eof && reader.finish()) break;
        if (deadline_.passed())
            co_return ClientFailure{true, "no complete response within " + in_words(options_.read_deadline)};
        if (error) co_return ClientFailure{true, "the connection broke before the response: " + error.message()};

        input_.commit(size);
        const auto fault = reader.feed(input_);
        if (fault) co_return ClientFailure{true, "the response could not be read: " + fault.message()};
    }
    auto& response = reader.response();
    keep_ = response.keep_alive() && input_.size() == 0;
    co_return ClientResponse{response.status, std::move(response.headers), std::move(response.body)};
}

asio::awaitable<IoResult> ClientConnection::read_some(asio::mutable_buffer into)
{
    if (tls_) return tls_->read_some(into);
    return socket_.async_read_some(into, asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<IoResult> ClientConnection::write(asio::const_buffer bytes)
{
    if (tls_) return tls_->write(bytes);
    return asio::async_write(socket_, bytes, asio::as_tuple(asio::use_awaitable));
}

bool ClientConnection::is_reusable() const
{
    return keep_ && socket_.is_open();
}

bool ClientConnection::is_quiet()
{
    char byte = 0;
    const auto waiting = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool nothing_came = waiting < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return nothing_came && (!tls_ || tls_->is_quiet());
}

struct ClientDeadline::State
{
    asio::steady_timer timer;
    std::function<void()> expire;
    Clock::time_point due = Clock::time_point::max();
    Clock::time_point armed_for = Clock::time_point::max();
    bool passed = false;
};

ClientDeadline::ClientDeadline(asio::any_io_executor executor, std::function<void()> expire)
    : state_(std::make_shared<State>(State{asio::steady_timer(executor), std::move(expire)}))
{
}

ClientDeadline::~ClientDeadline()
{
    state_->expire = nullptr;
    cancel();
}

void ClientDeadline::set(Clock::time_point due)
{
    state_->passed = false;
    state_->due = due;
    if (due < state_->armed_for) arm(state_);
}

void ClientDeadline::clear()
{
    state_->due = Clock::time_point::max();
}

void ClientDeadline::cancel()
{
    clear();
    state_->armed_for = Clock::time_point::max();
    state_->timer.cancel();
}

bool ClientDeadline::passed() const
{
    return state_->passed;
}

void ClientDeadline::arm(const std::shared_ptr<State>& state)
{
    state->armed_for = state->due;
    state->timer.expires_at(state->due);
    state->timer.async_wait([state](boost::system::error_code error) {
        if (error) return; // armed anew, or cancelled
        state->armed_for = Clock::time_point::max();
        if (state->due == Clock::time_point::max()) return;
        if (state->due > Clock::now()) {
            arm(state);
            return;
        }
        state->due = Clock::time_point::max();
        state->passed = true;
        if (state->expire) state->expire();
    });
}

} // namespace waybill::http
