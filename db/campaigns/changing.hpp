#pragma once

#include "db/campaigns/control.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

// What is to be changed of a scheduled campaign; what is empty stays.
struct CampaignChange
{
    std::optional<Time> send_at;
    std::optional<std::string> message_template, offer, offer_code;
    bool changes_budget = false;
    std::optional<std::int64_t> max_cost; // empty: none from now on

    bool changes_text() const { return message_template || offer || offer_code; }
};

// A message of a scheduled campaign, the row of the list that it was made from, and its new text.
struct ScheduledMessage
{
    MessageId id = 0;
    std::int64_t row = 0;
    std::string customer_name, recipient, data_json;
    std::string body;
    int segments = 1;
};

// The campaign as it will be, of which only these count.
struct ChangedTexts
{
    std::string restaurant_name, offer, offer_code, message_template;
    bool plain_characters = false;
};

// Writes the new texts. Called on a DB thread, batch by batch, because the change and its guard are one transaction;
// what it throws ends that.
using WriteTexts = std::function<void(const ChangedTexts&, std::vector<ScheduledMessage>&)>;

class CampaignChanges
{
public:
    // `bulk` runs what takes long: every message may get another text.
    explicit CampaignChanges(Database& bulk) : bulk_(bulk) {}

    // Until the campaign starts; later, and a second before, its state is wrong. Rows are gone: the text cannot be
    // changed any more, and nothing is.
    asio::awaitable<ControlResult> change(std::string public_id, CampaignChange change, WriteTexts write, Actor by);

private:
    Database& bulk_;
};

} // namespace waybill::db
