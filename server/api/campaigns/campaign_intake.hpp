#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/requests/budgets.hpp"
#include "server/api/campaigns/campaign_form.hpp"
#include "server/http/refusal.hpp"
#include "server/recipients/rows/rows.hpp"
#include "server/sending/sender_types.hpp"
#include "server/text/phone_number.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

// What create and preview share: the settings they go by, and the way from a form to the rows of its file.
namespace waybill::api
{

namespace asio = boost::asio;

struct CampaignRules
{
    std::string default_sender; // E.164; empty when a Messaging Service sends
    bool simulated = false;
    text::RecipientRules numbers;
    std::int64_t price_per_segment = 75; // 1/10 000 USD
    std::optional<db::DayBudget> day_budget;
    sending::SenderRates rates;
    std::chrono::seconds create_wait{10};
    std::uint64_t max_upload_bytes = 0;

    double rate_of(const std::string& sender) const { return rates.rate_of(sender); } // segments a second
};

recipients::IntakeRules intake_rules(const CampaignForm& form, const CampaignRules& rules, db::Time now);

// The upload as the database reads it: batch by batch, from the spooled file, on a DB thread. A batch throws
// http::Refusal when the file cannot be read as a list (400), leaves something open, or lacks a column that the message
// or the request uses (422), and when the client has left: nothing remains of what it asked for.
struct ListIntake
{
    std::shared_ptr<recipients::RecipientReader> reader;
    db::NextBatch next;
};

ListIntake intake_of(std::shared_ptr<const http::SpooledFile> file, recipients::IntakeRules rules,
                     http::ClientLeft client_left);

// The rows with their messages as they are sent, and the recipients' time zones if the quiet hours need them.
db::NextBatch messages_of(const CampaignForm& form, db::NextBatch rows);

// Throws http::Refusal (422) when PostgreSQL does not know the time zone of the quiet hours.
asio::awaitable<void> check_time_zone(db::Campaigns campaigns, std::optional<db::QuietHours> quiet_hours);

std::string make_public_id(db::Time now); // sms_1774958400_k3v9q2: the second, and six random letters or digits

} // namespace waybill::api
