#include "tests/support/service.hpp"

#include <utility>

namespace waybill::test
{

ServiceOptions::ServiceOptions()
{
    settings.database_url.clear();
    settings.journal_dir.clear();
    settings.messages_per_second = 10'000;
    simulation.callback_latency = std::chrono::milliseconds(1);
}

namespace
{

simulator::SimulatorOptions posting_to(const std::string& origin, simulator::SimulatorOptions simulation)
{
    if (simulation.inbound_url.empty()) simulation.inbound_url = origin + "/webhooks/twilio/inbound";
    return simulation;
}

} // namespace

Service::Service(const TestDatabase& database, ServiceOptions options)
    : twilio_(posting_to(origin(), options.simulation))
{
    config::Settings& settings = options.settings;
    if (settings.database_url.empty()) settings.database_url = database.url();
    if (settings.journal_dir.empty()) settings.journal_dir = journal_.path();
    if (options.has_credentials && !settings.twilio) settings.twilio = twilio_.account();
    settings.port = port();
    loop_.call([&] {
        app_.emplace(loop_.executor(), std::move(settings), std::move(options.simulation));
        app_->start();
    });
    wait_until_it_listens();
    if (options.begins_ready) wait_until_ready();
}

Service::~Service()
{
    loop_.run(app_->drain());
    loop_.finish();
}

} // namespace waybill::test
