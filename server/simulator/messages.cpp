#include "server/simulator/messages.hpp"

#include "server/simulator/sids.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace waybill::simulator
{

namespace
{

// In realistic proportions: carriers filter rarely, or the campaign would have to be stopped.
constexpr std::array<std::uint16_t, 10> undelivered_codes{30003, 30003, 30003, 30003, 30003,
                                                          30005, 30005, 30006, 30006, 30007};
constexpr std::uint16_t unknown_carrier_error = 30008;
constexpr unsigned max_callbacks = 3;

bool happens(double share, std::uint64_t seed, std::uint64_t index, Aspect aspect)
{
    return share > 0 && draw_unit(seed, index, aspect) < share;
}

std::uint8_t draw_each_callback(double share, std::uint64_t seed, std::uint64_t message, Aspect aspect)
{
    unsigned bits = 0;
    for (unsigned callback = 0; callback < max_callbacks; ++callback)
        if (happens(share, seed, message, at_step(aspect, callback))) bits |= 1U << callback;
    return static_cast<std::uint8_t>(bits);
}

} // namespace

std::string_view name_of(Status status)
{
    constexpr std::array<std::string_view, 8> names{"scheduled", "accepted",    "queued", "sent",
                                                    "delivered", "undelivered", "failed", "canceled"};
    return names[static_cast<std::size_t>(status)];
}

bool is_final(Status status)
{
    return status >= Status::delivered;
}

CreateFault draw_create_fault(const SimulatorOptions& options, std::uint64_t create)
{
    const std::array<std::pair<double, CreateFault>, 5> faults{{
        {options.throttle_share, CreateFault::throttled},
        {options.error_before_share, CreateFault::error_before},
        {options.error_after_share, CreateFault::error_after},
        {options.cut_before_share, CreateFault::cut_before},
        {options.cut_after_share, CreateFault::cut_after},
    }};
    double left = draw_unit(options.seed, create, Aspect::create_fault);
    for (const auto& [share, fault] : faults) {
        if (left < share) return fault;
        left -= share;
    }
    return CreateFault::none;
}

bool makes_a_message(CreateFault fault)
{
    return fault == CreateFault::none || fault == CreateFault::error_after || fault == CreateFault::cut_after;
}

Life draw_life(const SimulatorOptions& options, std::uint64_t message, bool queues)
{
    const std::uint64_t seed = options.seed;
    Life life;
    life.queues = queues;
    const double outcome = draw_unit(seed, message, Aspect::outcome);
    if (outcome < options.failed_share) {
        life.end = Status::failed;
        life.error_code = unknown_carrier_error;
    }
    else if (outcome < options.failed_share + options.undelivered_share) {
        life.end = Status::undelivered;
        life.error_code = undelivered_codes[draw(seed, message, Aspect::error_code) % undelivered_codes.size()];
    }
    life.early = happens(options.early_share, seed, message, Aspect::early);
    life.reordered = happens(options.reorder_share, seed, message, Aspect::reordered);
    life.lost = draw_each_callback(options.loss_share, seed, message, Aspect::lost);
    life.doubled = draw_each_callback(options.duplicate_share, seed, message, Aspect::doubled);
    return life;
}

void follow_number(Life& life, std::string_view to)
{
    for (const std::uint16_t code : undelivered_codes)
        if (to.ends_with(std::to_string(code))) {
            life.end = Status::undelivered;
            life.error_code = code;
        }
}

std::vector<Step> steps_of(const Life& life)
{
    const auto reporting = [&life](unsigned callback) {
        if (life.lost >> callback & 1U) return Reporting::lost;
        return life.doubled >> callback & 1U ? Reporting::twice : Reporting::once;
    };
    std::vector<Step> steps;
    steps.reserve(max_callbacks + 1);
    if (life.queues) steps.push_back({Status::queued, reporting(0), true});
    const bool is_sent = life.end == Status::delivered || life.end == Status::undelivered;
    if (is_sent) steps.push_back({Status::sent, life.reordered ? Reporting::not_yet : reporting(1), true});
    steps.push_back({life.end, reporting(2), true});
    if (is_sent && life.reordered) steps.push_back({Status::sent, reporting(1), false});
    return steps;
}

std::chrono::milliseconds draw_delay(const SimulatorOptions& options, std::uint64_t message, unsigned step)
{
    const double factor = 0.5 + draw_unit(options.seed, message, at_step(Aspect::delay, step));
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(factor * static_cast<double>(options.callback_latency.count())));
}

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
