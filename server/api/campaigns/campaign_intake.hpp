#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/api/campaigns/campaign_form.hpp"
#include "server/http/message.hpp"
#include "server/recipients/rows.hpp"
#include "server/sending/sender_types.hpp"

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
    std::string default_country_code = "1";
    std::int64_t price_per_segment = 75; // 1/10 000 USD
    sending::SenderRates rates;
    std::chrono::seconds create_wait{10};
    std::uint64_t max_upload_bytes = 0;

    double rate_of(const std::string& sender) const { return rates.rate_of(sender); } // segments a second
};

recipients::IntakeRules intake_rules(const CampaignForm& form, const CampaignRules& rules, db::Time now);

// The upload as the database reads it: batch by batch, from the spooled file, on a DB thread. Reads the header line at
// once and throws what RecipientReader throws.
db::NextBatch batches_of(std::shared_ptr<const http::SpooledFile> file, recipients::IntakeRules rules);

http::Response unknown_placeholder(const recipients::UnknownPlaceholder& error); // 422

// A 422 when the quiet hours are those of a time zone that PostgreSQL does not know.
asio::awaitable<std::optional<http::Response>> unknown_time_zone(db::Campaigns& campaigns, const CampaignForm& form);

} // namespace waybill::api
