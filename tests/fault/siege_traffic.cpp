#include "tests/fault/due_receipts.hpp"
#include "tests/fault/siege.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/running_simulator.hpp"
#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <algorithm>
#include <exception>

namespace waybill::test
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::size_t senders = 16;
constexpr int attempts = 5; // Twilio repeats what was not connected or not answered

std::string padded(std::size_t number, std::size_t width)
{
    const std::string text = std::to_string(number);
    return std::string(width - text.size(), '0') + text;
}

std::string stop_request(const std::string& origin, std::size_t number)
{
    static const webhooks::SigningKey key(RunningSimulator::auth_token);
    webhooks::Form form;
    form.parameters = {{"MessageSid", "SM" + padded(number, 32)},
                       {"AccountSid", RunningSimulator::account_sid},
                       {"From", "+1555" + padded(number, 7)},
                       {"To", RunningSimulator::phone_number},
                       {"Body", "STOP"},
                       {"NumMedia", "0"}};
    const std::string target = "/webhooks/twilio/inbound";
    const HeaderFields headers{{"Content-Type", "application/x-www-form-urlencoded"},
                               {"X-Twilio-Signature", key.sign(origin + target, form)}};
    return request_with_body(target, headers, webhooks::write_form(form));
}

int post(const ServiceClient& waybill, const std::string& request)
{
    int status = 0;
    for (int attempt = 0; attempt < attempts && status == 0; ++attempt) {
        try {
            status = waybill.ask(request).status;
        }
        catch (const std::exception&) { // the connection broke
        }
    }
    return status;
}

// One thread's part of the traffic: every so many of the messages and of the stops.
class Sender
{
public:
    Sender(const ServiceClient& waybill, const std::vector<db::MessageId>& messages, const SiegeSize& size,
           std::size_t first_stop)
        : waybill_(waybill), messages_(messages), size_(size), first_stop_(first_stop)
    {
    }

    TwilioTraffic send(std::size_t place, Clock::time_point begun)
    {
        const double seconds = static_cast<double>(size_.duration.count());
        const auto receipts = static_cast<std::size_t>(seconds * size_.receipts_per_second);
        const auto stops = static_cast<std::size_t>(seconds * size_.stops_per_second);
        const std::size_t every = std::max<std::size_t>(1, receipts / std::max<std::size_t>(1, stops));
        for (std::size_t i = place; i < receipts; i += senders) {
            const std::chrono::duration<double> due(static_cast<double>(i) / size_.receipts_per_second);
            std::this_thread::sleep_until(begun + std::chrono::duration_cast<Clock::duration>(due));
            send_receipt(messages_.at(i));
            if (i % every == 0 && i / every < stops) send_stop(first_stop_ + i / every);
        }
        return std::move(traffic_);
    }

private:
    void send_receipt(db::MessageId message)
    {
        const auto asked_at = Clock::now();
        ++traffic_.receipts;
        traffic_.acknowledged += post(waybill_, signed_request(waybill_.origin(), {message, "delivered", 1})) == 204;
        const std::chrono::duration<double, std::milli> took = Clock::now() - asked_at;
        traffic_.milliseconds.push_back(took.count());
    }

    void send_stop(std::size_t number)
    {
        ++traffic_.stops;
        traffic_.stored += post(waybill_, stop_request(waybill_.origin(), number)) == 200;
    }

    const ServiceClient& waybill_;
    const std::vector<db::MessageId>& messages_;
    const SiegeSize& size_;
    std::size_t first_stop_;
    TwilioTraffic traffic_;
};

} // namespace

TwilioTraffic send_as_twilio(const ServiceClient& waybill, const std::vector<db::MessageId>& messages,
                             const SiegeSize& size, std::size_t first_stop)
{
    std::vector<TwilioTraffic> parts(senders);
    std::vector<std::thread> threads;
    const auto begun = Clock::now();
    for (std::size_t place = 0; place < senders; ++place)
        threads.emplace_back([&, place] {
            Sender sender(waybill, messages, size, first_stop);
            parts[place] = sender.send(place, begun);
        });
    for (std::thread& thread : threads)
        thread.join();
    TwilioTraffic all;
    for (const TwilioTraffic& part : parts) {
        all.receipts += part.receipts;
        all.acknowledged += part.acknowledged;
        all.stops += part.stops;
        all.stored += part.stored;
        all.milliseconds.insert(all.milliseconds.end(), part.milliseconds.begin(), part.milliseconds.end());
    }
    std::ranges::sort(all.milliseconds);
    return all;
}

} // namespace waybill::test
