#include "server/http/server/stream_writer.hpp"

#include "server/http/server/reply.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace waybill::http
{

StreamWriter::StreamWriter(Connection& connection, std::chrono::seconds write_deadline, bool chunked)
    : connection_(connection), write_deadline_(write_deadline), chunked_(chunked)
{
}

asio::awaitable<void> StreamWriter::write(std::string piece)
{
    if (piece.empty()) co_return; // an empty chunk would end the body
    if (chunked_) piece = chunk_of(piece);
    const bool written = co_await connection_.write(piece, write_deadline_);
    broken_ = !written;
    if (broken_) throw boost::system::system_error(asio::error::broken_pipe, "write a streamed body");
}

void StreamWriter::on_end(std::function<void()> action)
{
    if (ended_) return action();
    action_ = std::move(action);
}

void StreamWriter::end()
{
    ended_ = true;
    if (const auto action = std::exchange(action_, nullptr)) action();
}

asio::awaitable<bool> StreamWriter::finish()
{
    if (!chunked_) co_return true;
    const bool written = co_await connection_.write("0\r\n\r\n", write_deadline_);
    co_return written;
}

} // namespace waybill::http
