#include "tests/support/service_client.hpp"

#include "tests/support/http_requests.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"
#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace waybill::test
{

namespace json = boost::json;

namespace
{

json::object require_ok(const RawReply& reply)
{
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.head + reply.body);
    return json_of(reply).as_object();
}

} // namespace

RawReply ServiceClient::ask(std::string_view request) const
{
    RawHttp connection(port());
    RawReply reply = connection.ask(request);
    if (reply.status == 0)
        throw std::runtime_error("no reply to " + std::string(request.substr(0, request.find('\r'))));
    return reply;
}

json::object ServiceClient::created(const CampaignUpload& upload) const
{
    return require_ok(create(upload)).at("data").as_object();
}

json::object ServiceClient::previewed(const CampaignUpload& upload) const
{
    return require_ok(preview(upload)).at("preview").as_object();
}

json::object ServiceClient::get_json(std::string_view target) const
{
    return require_ok(get(target));
}

json::object ServiceClient::status(std::string_view campaign_id) const
{
    return get_json("/api/campaigns/sms/status/" + std::string(campaign_id));
}

json::object ServiceClient::wait_until_final(std::string_view campaign_id) const
{
    json::object shown;
    wait_until("every message is final", [&] {
        shown = status(campaign_id);
        const json::object& metrics = shown.at("metrics").as_object();
        std::int64_t final = 0;
        for (const char* name : {"delivered", "undelivered", "failed", "canceled"})
            final += metrics.at(name).as_int64();
        return final == metrics.at("total").as_int64();
    });
    return shown;
}

std::vector<json::object> ServiceClient::messages(std::string_view campaign_id) const
{
    const std::string target = "/api/campaigns/" + std::string(campaign_id) + "/messages?limit=400";
    std::vector<json::object> messages;
    for (std::string cursor, next = "first"; !next.empty(); cursor = "&cursor=" + next) {
        const json::object page = get_json(target + cursor);
        for (const json::value& message : page.at("messages").as_array())
            messages.push_back(message.as_object());
        const json::value& following = page.at("nextCursor");
        next = following.is_null() ? "" : std::string(following.as_string());
    }
    return messages;
}

std::int64_t ServiceClient::metric(std::string_view sample) const
{
    const std::string line = "\n" + std::string(sample) + " ";
    std::int64_t value = 0;
    // Figures that PostgreSQL has yet to answer with are not on the page.
    wait_until("the metrics have " + std::string(sample), [&] {
        const RawReply reply = get("/metrics");
        if (reply.status != 200) throw std::runtime_error("no metrics: " + reply.head + "\n" + reply.body);
        const std::size_t found = reply.body.find(line);
        if (found == std::string::npos) return false;
        value = std::stoll(reply.body.substr(found + line.size()));
        return true;
    });
    return value;
}

RawReply ServiceClient::post_receipt(const std::string& message_id, const std::string& status) const
{
    webhooks::Form form;
    form.parameters = {{"MessageSid", "SM00000000000000000000000000000017"},
                       {"MessageStatus", status},
                       {"AccountSid", RunningSimulator::account_sid}};
    const std::string target = "/webhooks/twilio/status/" + message_id;
    const webhooks::SigningKey key(RunningSimulator::auth_token);
    return ask(request_with_body(target,
                                 {{"Content-Type", "application/x-www-form-urlencoded"},
                                  {"X-Twilio-Signature", key.sign(origin() + target, form)}},
                                 webhooks::write_form(form)));
}

void ServiceClient::wait_until_it_listens() const
{
    wait_until("Waybill listens", [this] {
        try {
            return get("/healthz").status == 200;
        }
        catch (const boost::system::system_error&) {
            return false;
        }
    });
}

void ServiceClient::wait_until_ready() const
{
    wait_until_it_listens();
    wait_until("Waybill is ready", [this] { return get("/readyz").status == 200; });
}

} // namespace waybill::test
