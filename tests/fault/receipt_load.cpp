#include "tests/fault/receipt_load.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace waybill::test
{

namespace
{

constexpr int connection_count = 6;
constexpr std::size_t alive_at_once = 200;  // messages
constexpr std::size_t posted_lately = 100;  // receipts of a connection that may be posted again
constexpr std::uint64_t again_percent = 15; // of the posts
constexpr std::chrono::milliseconds before_next_try{5};

// What is reported about a message in its life; a few lives, assigned by the message's place.
const std::array<std::vector<std::string_view>, 8>& lives()
{
    static const std::array<std::vector<std::string_view>, 8> all{{{"queued", "sent", "delivered"},
                                                                   {"sent", "delivered"},
                                                                   {"sent", "delivered", "teleported"},
                                                                   {"sent", "undelivered"},
                                                                   {"sent"},
                                                                   {"queued"},
                                                                   {"delivered", "undelivered"},
                                                                   {"sent", "delivered", "read"}}};
    return all;
}

} // namespace

ReceiptLoad::ReceiptLoad(const ServiceClient& waybill, std::vector<db::MessageId> messages, std::uint64_t seed,
                         std::chrono::seconds duration)
    : waybill_(waybill), messages_(std::move(messages)), duration_(duration)
{
    for (int place = 0; place < connection_count; ++place)
        connections_.push_back({std::mt19937_64(seed + static_cast<std::uint64_t>(place)), {}, {}, {}});
    for (Connection& connection : connections_)
        connection.thread = std::thread([this, &connection] { work(connection); });
}

void ReceiptLoad::stop()
{
    stopping_ = true;
    for (Connection& connection : connections_)
        if (connection.thread.joinable()) connection.thread.join();
}

std::vector<PostedReceipt> ReceiptLoad::posted() const
{
    std::vector<PostedReceipt> all;
    for (const Connection& connection : connections_)
        all.insert(all.end(), connection.posted.begin(), connection.posted.end());
    return all;
}

void ReceiptLoad::work(Connection& connection)
{
    while (!stopping_) {
        connection.asked_at = Clock::now();
        try {
            RawHttp http(waybill_.port());
            while (!stopping_ && post(http, connection))
                continue;
        }
        catch (const std::exception&) { // it was killed, or is not there yet
        }
        note_wait(connection.asked_at);
        std::this_thread::sleep_for(before_next_try);
    }
}

// False when the connection has ended.
bool ReceiptLoad::post(RawHttp& http, Connection& connection)
{
    PostedReceipt& posted = choose(connection);
    const std::string request = signed_request(waybill_.origin(), posted.receipt);
    connection.asked_at = Clock::now();
    const RawReply reply = http.ask(request);
    note_wait(connection.asked_at);
    if (reply.status / 100 == 2) {
        posted.acknowledged = true;
        ++acknowledged_;
    }
    else if (reply.status == 503)
        ++refused_;
    else if (reply.status != 0)
        ++unexpected_;
    return reply.status != 0;
}

PostedReceipt& ReceiptLoad::choose(Connection& connection) const
{
    std::vector<PostedReceipt>& posted = connection.posted;
    if (!posted.empty() && connection.random() % 100 < again_percent) {
        const std::size_t back = 1 + connection.random() % std::min(posted.size(), posted_lately);
        return posted[posted.size() - back];
    }
    posted.push_back({invent(connection.random)});
    return posted.back();
}

Receipt ReceiptLoad::invent(std::mt19937_64& random) const
{
    const double progress = std::min(1.0, (Clock::now() - begun_) / duration_);
    const auto first = static_cast<std::size_t>(progress * static_cast<double>(messages_.size() - alive_at_once));
    const std::size_t place = first + random() % alive_at_once;
    const std::vector<std::string_view>& words = lives()[place % lives().size()];
    return {messages_[place], words[random() % words.size()], random()};
}

void ReceiptLoad::note_wait(Clock::time_point asked_at)
{
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked_at).count();
    std::int64_t longest = longest_wait_;
    while (wait > longest && !longest_wait_.compare_exchange_weak(longest, wait))
        continue;
}

} // namespace waybill::test
