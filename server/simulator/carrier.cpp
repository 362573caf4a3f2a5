#include "server/simulator/carrier.hpp"

#include "server/simulator/sids.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <ctime>
#include <utility>

namespace waybill::simulator
{

namespace
{

// A step is due on a whole millisecond, so that the timer fires at most a thousand times a second.
std::chrono::steady_clock::time_point in(std::chrono::milliseconds delay)
{
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() + delay);
}

std::string raw_done_date(Clock::time_point now)
{
    const std::time_t seconds = Clock::to_time_t(now);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[16];
    return {text, std::strftime(text, sizeof text, "%y%m%d%H%M", &parts)};
}

bool is_reported_now(const Step& step, const Message& message)
{
    return !message.status_callback().empty() &&
           (step.reporting == Reporting::once || step.reporting == Reporting::twice);
}

} // namespace

Carrier::Carrier(asio::any_io_executor executor, std::shared_ptr<Account> account)
    : account_(std::move(account)), timer_(executor), idle_(executor, Time::max())
{
}

asio::awaitable<void> Carrier::step_early(std::uint64_t index)
{
    Message* const message = account_->messages.find(index);
    const Step step = take_step(*message);
    if (!is_reported_now(step, *message)) co_return;
    const Callback callback{index, step};
    co_await report(callback);
}

void Carrier::begin(std::uint64_t index, std::optional<Clock::time_point> send_at)
{
    const Message* const message = account_->messages.find(index);
    if (message == nullptr || message->over) return; // cancelled before its create was answered
    if (!send_at) return live_on(index);
    schedule_.push({in(std::chrono::ceil<std::chrono::milliseconds>(*send_at - Clock::now())), index});
    wait_for_first_due();
}

void Carrier::cancel(std::uint64_t index)
{
    Message& message = *account_->messages.find(index);
    message.life = Life{};
    message.life.end = Status::canceled;
    live(index);
}

void Carrier::stop()
{
    stopping_ = true;
    timer_.cancel();
    callbacks_.clear();
}

asio::awaitable<void> Carrier::ended()
{
    while (workers_ > 0)
        co_await idle_.async_wait(asio::as_tuple(asio::use_awaitable));
}

Step Carrier::take_step(Message& message)
{
    const Step step = steps_of(message.life)[message.next_step++];
    if (step.moves) message.move_to(step.status, unix_seconds(Clock::now()));
    if (step.reporting == Reporting::lost && !message.status_callback().empty()) ++account_->counters.callbacks_lost;
    return step;
}

void Carrier::live(std::uint64_t index)
{
    Message* const message = account_->messages.find(index);
    const bool lives = message != nullptr && message->next_step < steps_of(message->life).size();
    if (!lives) return; // cancelled before its time to be sent
    const Step step = take_step(*message);
    if (!is_reported_now(step, *message)) return live_on(index);
    callbacks_.push_back({index, step});
    if (workers_ >= account_->options.max_callback_connections) return;
    ++workers_;
    asio::co_spawn(timer_.get_executor(), work(shared_from_this()), asio::detached);
}

void Carrier::live_on(std::uint64_t index)
{
    Message* const message = account_->messages.find(index);
    if (message == nullptr || stopping_) return;
    if (message->next_step < steps_of(message->life).size()) {
        schedule_.push({in(draw_delay(account_->options, index, message->next_step)), index});
        wait_for_first_due();
    }
    else {
        message->over = true;
        --account_->counters.callbacks_open;
    }
}

void Carrier::wait_for_first_due()
{
    if (stopping_ || schedule_.empty() || schedule_.top().time >= waiting_for_) return;
    waiting_for_ = schedule_.top().time;
    timer_.expires_at(waiting_for_);
    timer_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
        if (error) return;
        if (const auto carrier = self.lock()) carrier->run_due();
    });
}

void Carrier::run_due()
{
    waiting_for_ = Time::max();
    const Time now = std::chrono::steady_clock::now();
    while (!stopping_ && !schedule_.empty() && schedule_.top().time <= now) {
        const std::uint64_t index = schedule_.top().index;
        schedule_.pop();
        live(index);
    }
    wait_for_first_due();
}

asio::awaitable<void> Carrier::work(std::shared_ptr<Carrier> self)
{
    while (!self->callbacks_.empty()) {
        const Callback callback = self->callbacks_.front();
        self->callbacks_.pop_front();
        co_await self->report(callback);
        self->live_on(callback.index);
    }
    if (--self->workers_ == 0) self->idle_.cancel();
}

asio::awaitable<void> Carrier::report(Callback callback)
{
    co_await post(callback.index, callback.step.status);
    if (callback.step.reporting == Reporting::twice) co_await post(callback.index, callback.step.status);
}

asio::awaitable<void> Carrier::post(std::uint64_t index, Status status)
{
    Message& message = *account_->messages.find(index);
    CallbackUrl url = std::get<CallbackUrl>(parse_callback_url(message.status_callback()));
    webhooks::Form form = make_form(message, index, status);
    std::string token = make_uuid(account_->options.seed, account_->callbacks++, Aspect::idempotency_token);
    const WebhookResult result = co_await account_->webhooks.post(std::move(url), std::move(form), std::move(token));
    Simulator::Counters& counters = account_->counters;
    counters.callbacks_posted += static_cast<std::uint64_t>(result.attempts);
    ++(result.acknowledged() ? counters.callbacks_acknowledged : counters.callbacks_failed);
    if (result.acknowledged()) ++message.acknowledged;
}

webhooks::Form Carrier::make_form(const Message& message, std::uint64_t index, Status status) const
{
    const std::string sid = account_->messages.sid_of(index);
    const std::string word(name_of(status));
    webhooks::Form form;
    auto& parameters = form.parameters;
    parameters.reserve(11);
    parameters.emplace_back("SmsSid", sid);
    parameters.emplace_back("SmsStatus", word);
    parameters.emplace_back("MessageStatus", word);
    parameters.emplace_back("To", message.to());
    parameters.emplace_back("MessageSid", sid);
    parameters.emplace_back("AccountSid", account_->options.account_sid);
    parameters.emplace_back("From", message.sender());
    parameters.emplace_back("ApiVersion", "2010-04-01");
    if (!message.service().empty()) parameters.emplace_back("MessagingServiceSid", message.service());
    if (status == message.life.end && message.life.error_code != 0)
        parameters.emplace_back("ErrorCode", std::to_string(message.life.error_code));
    if (is_final(status) && status != Status::canceled)
        parameters.emplace_back("RawDlrDoneDate", raw_done_date(Clock::now()));
    return form;
}

} // namespace waybill::simulator
