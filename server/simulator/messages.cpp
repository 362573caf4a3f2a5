#include "server/simulator/messages.hpp"

#include "server/simulator/sids.hpp"

#include <charconv>
#include <utility>

namespace waybill::simulator
{

namespace
{

bool matches(const Message& message, const ListQuery& query)
{
    if (query.to_digits && message.to_digits != *query.to_digits) return false;
    if (!query.from.empty() && message.from() != query.from) return false;
    if (!query.sent_from && !query.sent_before) return true;
    if (message.sent == 0) return false;
    if (query.sent_from && message.sent < *query.sent_from) return false;
    return !query.sent_before || message.sent < *query.sent_before;
}

} // namespace

Message::Message(const NewMessage& content, Clock::time_point now)
    : to_digits(digits_of(content.to).value_or(0)),
      arrived(std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count()),
      created(unix_seconds(now)),
      updated(created)
{
    text_.reserve(content.from.size() + content.service.size() + content.body.size() + content.status_callback.size());
    text_ += content.from;
    from_end_ = static_cast<std::uint16_t>(text_.size());
    text_ += content.service;
    service_end_ = static_cast<std::uint16_t>(text_.size());
    text_ += content.body;
    body_end_ = static_cast<std::uint16_t>(text_.size());
    text_ += content.status_callback;
}

std::string Message::to() const
{
    return '+' + std::to_string(to_digits);
}

void Message::move_to(Status next, std::uint32_t now)
{
    status = next;
    updated = now;
    if (next == Status::sent) sent = now;
}

std::string_view Message::sender() const
{
    constexpr std::string_view sender_of_every_service = "+15005550006";
    if (!from().empty()) return from();
    return has_left_service() ? sender_of_every_service : std::string_view();
}

std::string_view Message::part(std::size_t begin, std::size_t end) const
{
    return std::string_view(text_).substr(begin, end - begin);
}

bool Messages::has_room() const
{
    return messages_.size() < limit_ || messages_.front().over;
}

std::uint64_t Messages::add(Message message)
{
    if (messages_.size() >= limit_) {
        messages_.pop_front();
        ++forgotten_;
    }
    messages_.push_back(std::move(message));
    return end() - 1;
}

Message* Messages::find(std::uint64_t index)
{
    if (index < begin() || index >= end()) return nullptr;
    return &messages_[index - forgotten_];
}

std::optional<std::uint64_t> Messages::index_of(std::string_view sid) const
{
    const auto index = index_of_sid("SM", seed_, sid, Aspect::message_sid);
    if (!index || *index < begin() || *index >= end()) return std::nullopt;
    return index;
}

std::string Messages::sid_of(std::uint64_t index) const
{
    return make_sid("SM", seed_, index, Aspect::message_sid);
}

MessagePage Messages::list(const ListQuery& query) const
{
    MessagePage page;
    std::uint64_t index = query.older_than ? std::min(*query.older_than, end()) : end();
    while (index > begin()) {
        --index;
        if (!matches(messages_[index - forgotten_], query)) continue;
        if (page.indices.size() == query.page_size) {
            page.more = true;
            break;
        }
        page.indices.push_back(index);
    }
    return page;
}

std::optional<std::uint64_t> digits_of(std::string_view e164)
{
    if (e164.size() < 8 || e164.size() > 16 || e164[0] != '+' || e164[1] < '1' || e164[1] > '9') return std::nullopt;
    std::uint64_t digits = 0;
    const char* const end = e164.data() + e164.size();
    const auto [rest, error] = std::from_chars(e164.data() + 1, end, digits);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return digits;
}

std::uint32_t unix_seconds(Clock::time_point time)
{
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

} // namespace waybill::simulator
