#pragma once

#include "config/settings.hpp"
#include "db/postgres/database.hpp"
#include "db/upkeep/retention.hpp"
#include "server/access/gate.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/events/delivery_options.hpp"
#include "server/http/client/client.hpp"
#include "server/http/server/server.hpp"
#include "server/notify/notifier.hpp"
#include "server/sending/dispatcher.hpp"
#include "server/sending/sender_types.hpp"
#include "server/simulator/simulator.hpp"
#include "server/text/phone_number.hpp"
#include "server/tracking/campaign_guard.hpp"
#include "server/tracking/reconciler.hpp"

#include <cstdint>
#include <string>

// What the settings mean for each part that App composes.
namespace waybill
{

simulator::SimulatorOptions default_simulation(); // used when no credentials are set

http::BrowserRules browser_rules(const config::Settings& settings);
access::GateOptions gate_options(const config::Settings& settings);
http::ServerOptions server_options(const config::Settings& settings);
http::ClientOptions client_options(const config::Settings& settings);
db::Pooler pooler_of(const config::Settings& settings);
db::DatabaseOptions database_options(const config::Settings& settings);
// One connection: batches of receipts commit in the order in which they came.
db::DatabaseOptions inbound_options(const config::Settings& settings);
db::DatabaseOptions receipt_options(const config::Settings& settings);
db::DatabaseOptions outcome_options(const config::Settings& settings);
db::DatabaseOptions bulk_options(const config::Settings& settings); // for jobs that take long
db::DatabaseOptions replica_options(const config::Settings& settings);
db::DatabaseOptions owner_options(const config::Settings& settings); // as the role that owns the tables
db::RetentionLimits retention_limits(const config::Settings& settings);

std::string loopback_origin(const config::Settings& settings, std::uint16_t port);
std::string choose_public_base_url(const config::Settings& settings, std::uint16_t port);

// Adds a seed, an account and the function that counts segments.
simulator::SimulatorOptions simulator_options(simulator::SimulatorOptions options);
config::TwilioSettings account_of(const simulator::SimulatorOptions& options, const simulator::Simulator& simulator);

sending::SenderRates sender_rates(const config::Settings& settings);
sending::DispatcherOptions sender_options(const config::Settings& settings, const std::string& public_base_url);
tracking::GuardLimits guard_limits(const config::Settings& settings);
tracking::ReconcilerOptions reconciler_options(const config::Settings& settings);
events::DeliveryOptions delivery_options(const config::Settings& settings);
notify::MailOptions mail_options(const config::Settings& settings);
notify::NotifierOptions notifier_options(const config::Settings& settings);
text::RecipientRules recipient_rules(const config::Settings& settings);
api::CampaignRules campaign_rules(const config::Settings& settings, const config::TwilioSettings& twilio);

} // namespace waybill
