#include "config/log.hpp"
#include "db/campaigns/campaigns.hpp"
#include "db/messages/messages.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/app/app.hpp"
#include "server/app/options.hpp"
#include "server/cli/accounts.hpp"
#include "server/cli/check.hpp"
#include "server/text/segments.hpp"
#include "server/twilio/errors.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <memory>
#include <ostream>

namespace waybill::cli
{

namespace
{

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds look_again{250};

db::NewCampaign test_campaign(const config::Settings& settings)
{
    db::NewCampaign campaign;
    campaign.public_id = api::make_public_id(system_clock::now());
    campaign.name = "waybill check";
    campaign.restaurant_name = "Waybill";
    campaign.offer = "Test";
    campaign.offer_code = "TEST";
    campaign.message_template = "This is a test message from Waybill.";
    campaign.lapsed_after_days = 0;
    campaign.sender = settings.twilio ? settings.twilio->phone_number : "+15005550006";
    campaign.simulated = settings.simulated();
    campaign.price_per_segment = settings.price_per_segment;
    return campaign;
}

db::NextBatch one_recipient(const std::string& number, const std::string& body)
{
    return [number, body](db::RecipientBatch& batch) {
        db::Recipient recipient;
        recipient.row = 1;
        recipient.phone_number = number;
        recipient.customer_name = "waybill check";
        recipient.lapsed = true;
        recipient.body = body;
        recipient.segments = static_cast<int>(text::segment(body).segments);
        recipient.data_json = "{}";
        batch.recipients.push_back(std::move(recipient));
        return false;
    };
}

void report(const db::Message& message, std::ostream& out)
{
    out << "test         " << db::name_of(message.status);
    if (!message.sid.empty()) out << " " << message.sid;
    if (message.error_code) out << ": " << *message.error_code << " " << twilio::explain_error(*message.error_code);
    out << std::endl;
}

asio::awaitable<bool> follow(db::Messages messages, std::int64_t campaign_id, std::ostream& out)
{
    const auto deadline = steady_clock::now() + patience;
    std::optional<db::MessageStatus> shown;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (steady_clock::now() < deadline) {
        db::MessageFilter any;
        const db::MessagePage page = co_await messages.of_campaign(campaign_id, std::move(any), 1, std::nullopt);
        const db::Message& message = page.messages.at(0).message;
        if (shown != message.status) report(message, out);
        shown = message.status;
        if (db::is_final(message.status)) co_return message.status == db::MessageStatus::delivered;
        timer.expires_after(look_again);
        co_await timer.async_wait(asio::use_awaitable);
    }
    out << "test         no final receipt within a minute: check that PUBLIC_BASE_URL reaches this server from the "
           "internet, and TWILIO_AUTH_TOKEN\n";
    co_return false;
}

asio::awaitable<bool> send_and_follow(config::Settings settings, std::string number, App* app, std::ostream& out)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    db::Database database(options);
    db::NewCampaign campaign = test_campaign(settings);
    db::NextBatch recipient = one_recipient(number, campaign.message_template);
    db::Campaigns campaigns(database, database);
    campaign.by = command_line_actor();
    const db::CreateResult result = co_await campaigns.create(std::move(campaign), std::move(recipient));
    const auto* created = std::get_if<db::CreatedCampaign>(&result);
    bool delivered = false;
    if (created && created->intake.lapsed == 0)
        out << "test         the number has opted out; it was not texted\n";
    else if (created)
        delivered = co_await follow(db::Messages(database), created->id, out);
    if (app) co_await app->drain();
    co_return delivered;
}

} // namespace

bool send_test_message(const config::Settings& settings, const std::string& number, std::ostream& out)
{
    asio::io_context context(1);
    std::unique_ptr<App> app;
    try {
        app = std::make_unique<App>(context.get_executor(), settings);
        app->start();
    }
    catch (const boost::system::system_error&) {
        out << "test         port " << settings.port
            << " is in use: the Waybill that listens there sends the message\n";
    }
    auto delivered = asio::co_spawn(context, send_and_follow(settings, number, app.get(), out), asio::use_future);
    context.run();
    return delivered.get();
}

} // namespace waybill::cli
