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

constexpr int receipts_per_sender = 10; // a second: it has a tenth of one for each
constexpr int attempts = 5;             // Twilio repeats what was not connected or not answered

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

// One thread's part of the traffic: every so many of the messages and of the stops.
class Sender
{
public:
    Sender(const ServiceClient& waybill, const std::vector<db::MessageId>& messages, const SiegeSize& size,
           std::size_t first_stop)
        : waybill_(waybill), messages_(messages), size_(size), first_stop_(first_stop)
    {
    }

    TwilioTraffic send(std::size_t place, std::size_t senders, Clock::time_point begun)
    {
        const auto receipts = static_cast<std::size_t>(size_.seconds * size_.receipts_per_second);
        const auto stops = static_cast<std::size_t>(size_.seconds * size_.stops_per_second);
        const std::size_t every = std::max<std::size_t>(1, receipts / std::max<std::size_t>(1, stops));
        for (std::size_t i = place; i < receipts; i += senders) {
            const std::chrono::duration<double> after(static_cast<double>(i) / size_.receipts_per_second);
            const auto due = begun + std::chrono::duration_cast<Clock::duration>(after);
            std::this_thread::sleep_until(due);
            send_receipt(messages_.at(i), due);
            if (i % every == 0 && i / every < stops) send_stop(first_stop_ + i / every);
        }
        return std::move(traffic_);
    }

private:
    void send_receipt(db::MessageId message, Clock::time_point due)
    {
        ++traffic_.receipts;
        traffic_.acknowledged += post(signed_request(waybill_.origin(), {message, "delivered", 1})) == 204;
        const std::chrono::duration<double, std::milli> took = Clock::now() - due;
        traffic_.milliseconds.push_back(took.count());
    }

    void send_stop(std::size_t number)
    {
        ++traffic_.stops;
        traffic_.stored += post(stop_request(waybill_.origin(), number)) == 200;
    }

    int post(const std::string& request)
    {
        for (int attempt = 1;; ++attempt) {
            try {
                return waybill_.ask(request).status;
            }
            catch (const std::exception&) { // the connection broke, or there was no answer
                if (attempt == attempts) return 0;
                ++traffic_.repeated;
            }
        }
    }

    const ServiceClient& waybill_;
    const std::vector<db::MessageId>& messages_;
    const SiegeSize& size_;
    std::size_t first_stop_;
    TwilioTraffic traffic_;
};

} // namespace

double TwilioTraffic::percentile(double share) const
{
    if (milliseconds.empty()) return 0;
    const auto place = static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1));
    return milliseconds[place];
}

TwilioTraffic send_as_twilio(const ServiceClient& waybill, const std::vector<db::MessageId>& messages,
                             const SiegeSize& size, std::size_t first_stop)
{
    const auto senders = static_cast<std::size_t>(std::clamp(size.receipts_per_second / receipts_per_sender, 8, 128));
    std::vector<TwilioTraffic> parts(senders);
    std::vector<std::thread> threads;
    const auto begun = Clock::now();
    for (std::size_t place = 0; place < senders; ++place)
        threads.emplace_back([&, place] {
            Sender sender(waybill, messages, size, first_stop);
            parts[place] = sender.send(place, senders, begun);
        });
    for (std::thread& thread : threads)
        thread.join();
    TwilioTraffic all;
    for (const TwilioTraffic& part : parts) {
        all.receipts += part.receipts;
        all.acknowledged += part.acknowledged;
        all.stops += part.stops;
        all.stored += part.stored;
        all.repeated += part.repeated;
        all.milliseconds.insert(all.milliseconds.end(), part.milliseconds.begin(), part.milliseconds.end());
    }
    std::ranges::sort(all.milliseconds);
    return all;
}

} // namespace waybill::test
