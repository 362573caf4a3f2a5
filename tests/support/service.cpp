#include "tests/support/service.hpp"

#include "tests/support/polling.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <utility>

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

ServiceOptions::ServiceOptions()
{
    settings.database_url.clear();
    settings.journal_dir.clear();
    settings.port = 0;
    settings.messages_per_second = 10'000;
    simulation.callback_latency = std::chrono::milliseconds(1);
}

Service::Service(const TestDatabase& database, ServiceOptions options) : twilio_(options.simulation)
{
    if (options.settings.database_url.empty()) options.settings.database_url = database.url();
    if (options.settings.journal_dir.empty()) options.settings.journal_dir = journal_.path();
    if (options.has_credentials && !options.settings.twilio) options.settings.twilio = twilio_.account();
    loop_.call([&] {
        app_.emplace(loop_.executor(), std::move(options.settings), std::move(options.simulation));
        app_->start();
        const std::string origin = app_->origin();
        port_ = static_cast<std::uint16_t>(std::stoi(origin.substr(origin.rfind(':') + 1)));
    });
    if (options.begins_ready) wait_until("Waybill is ready", [this] { return get("/readyz").status == 200; });
}

Service::~Service()
{
    loop_.run(app_->drain());
    loop_.finish();
}

RawReply Service::ask(std::string_view request) const
{
    RawHttp connection(port_);
    return connection.ask(request);
}

json::object Service::created(const CampaignUpload& upload) const
{
    return require_ok(create(upload)).at("data").as_object();
}

json::object Service::previewed(const CampaignUpload& upload) const
{
    return require_ok(preview(upload)).at("preview").as_object();
}

json::object Service::get_json(std::string_view target) const
{
    return require_ok(get(target));
}

json::object Service::status(std::string_view campaign_id) const
{
    return get_json("/api/campaigns/sms/status/" + std::string(campaign_id));
}

json::object Service::wait_until_final(std::string_view campaign_id) const
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

std::vector<json::object> Service::messages(std::string_view campaign_id) const
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

std::int64_t Service::metric(std::string_view sample) const
{
    const std::string page = get("/metrics").body;
    const std::string line = "\n" + std::string(sample) + " ";
    const std::size_t found = page.find(line);
    if (found == std::string::npos) throw std::runtime_error("no such sample: " + std::string(sample));
    return std::stoll(page.substr(found + line.size()));
}

} // namespace waybill::test
