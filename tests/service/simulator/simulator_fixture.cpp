#include "tests/service/simulator/simulator_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace waybill::test
{

namespace
{

constexpr std::chrono::seconds patience{10};

asio::awaitable<http::Response> record(SimulatorFixture& fixture, http::Request request)
{
    ReceivedWebhook webhook{request.target, request.headers, *webhooks::parse_form(request.body)};
    fixture.received.push_back(std::move(webhook));
    http::Response reply;
    reply.status = fixture.answer();
    co_return reply;
}

Reply reply_of(const http::ClientResult& result)
{
    const auto* const failure = std::get_if<http::ClientFailure>(&result);
    if (failure != nullptr) throw std::runtime_error("no reply: " + failure->reason);
    const auto& response = std::get<http::ClientResponse>(result);
    return {response.status, response.body};
}

} // namespace

boost::json::value Reply::json() const
{
    return boost::json::parse(text);
}

std::int64_t Reply::code() const
{
    return json().at("code").as_int64();
}

SimulatorFixture::SimulatorFixture(const std::function<void(simulator::SimulatorOptions&)>& change)
{
    simulator::SimulatorOptions options;
    options.account_sid = account_sid;
    options.auth_token = auth_token;
    options.callback_latency = std::chrono::milliseconds(2);
    options.count_segments = [](std::string_view body) { return static_cast<int>(body.size() / 160 + 1); };

    http::Router router;
    const auto record_one = [this](http::Request request) { return record(*this, std::move(request)); };
    router.add({"POST", "/status/{id}", http::BodyKind::text, 64 * 1024, record_one});
    router.add({"POST", "/inbound", http::BodyKind::text, 64 * 1024, record_one});
    receiver_ = std::make_unique<http::Server>(context_.get_executor(), http::ServerOptions{});
    receiver_->start(std::move(router));

    options.inbound_url = callback_url("/inbound");
    if (change) change(options);
    simulator_ = std::make_unique<simulator::Simulator>(context_.get_executor(), std::move(options));
    simulator_->start();
    client_ = std::make_unique<http::Client>(context_.get_executor(), simulator_->origin(), http::ClientOptions{});
}

SimulatorFixture::~SimulatorFixture()
{
    client_->close();
    run(simulator_->stop());
    run(receiver_->drain(std::chrono::seconds(1)));
}

std::string SimulatorFixture::callback_url(const std::string& rest) const
{
    return "http://127.0.0.1:" + std::to_string(receiver_->port()) + rest;
}

http::ClientResult SimulatorFixture::send(http::ClientRequest request)
{
    std::optional<http::ClientResult> result;
    const auto keep = [&](std::exception_ptr fault, http::ClientResult got) {
        if (fault) std::rethrow_exception(fault);
        result = std::move(got);
    };
    asio::co_spawn(context_, client_->send(std::move(request)), keep);
    run_until([&] { return result.has_value(); });
    return std::move(*result);
}

Reply SimulatorFixture::get(const std::string& target)
{
    http::ClientRequest request;
    request.target = target;
    request.headers = {{"Authorization", authorization}};
    return reply_of(send(std::move(request)));
}

Reply SimulatorFixture::post(const std::string& target, const FormFields& fields)
{
    return reply_of(try_post(target, fields));
}

http::ClientResult SimulatorFixture::try_post(const std::string& target, const FormFields& fields)
{
    http::ClientRequest request;
    request.method = "POST";
    request.target = target;
    request.headers = {{"Authorization", authorization}, {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = webhooks::write_form({fields});
    return send(std::move(request));
}

http::ClientResult SimulatorFixture::try_create(const FormFields& fields)
{
    FormFields all = fields;
    const auto add = [&all](const std::string& name, const std::string& value) {
        if (std::none_of(all.begin(), all.end(), [&name](const auto& field) { return field.first == name; }))
            all.emplace_back(name, value);
    };
    add("To", "+15551234567");
    add("From", "+15005550006");
    add("Body", "Hello");
    add("StatusCallback", callback_url());
    return try_post(account_path() + "/Messages.json", all);
}

Reply SimulatorFixture::create(const FormFields& fields)
{
    return reply_of(try_create(fields));
}

std::string SimulatorFixture::create_sid(const FormFields& fields)
{
    const Reply reply = create(fields);
    BOOST_REQUIRE_EQUAL(reply.status, 201);
    return std::string(reply.json().at("sid").as_string());
}

void SimulatorFixture::run_until(const std::function<bool()>& holds)
{
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("waited in vain");
        context_.run_one_for(std::chrono::milliseconds(100));
    }
}

void SimulatorFixture::run_until_quiet()
{
    run_until([this] { return counters().callbacks_open == 0; });
}

std::vector<std::string> SimulatorFixture::statuses() const
{
    std::vector<std::string> all;
    for (const ReceivedWebhook& webhook : received)
        all.push_back(webhook.status());
    return all;
}

void SimulatorFixture::run(asio::awaitable<void> task)
{
    bool done = false;
    asio::co_spawn(context_, std::move(task), [&done](std::exception_ptr) { done = true; });
    run_until([&done] { return done; });
}

} // namespace waybill::test
