#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/http/message.hpp"
#include "server/recipients/columns/list_choices.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace waybill::api
{

// The fields of create and preview, parsed and checked; the file is still unread.
struct CampaignForm
{
    std::string restaurant_name, offer, offer_code, message, name;
    bool plain_characters = false; // restaurant, offer, code and message are plain already; values are not
    bool confirm_repeat = false;   // the same campaign is sent again, on purpose
    int lapsed_after_days = 30;
    std::optional<db::Time> send_at;
    std::optional<std::int64_t> max_cost;                   // 1/10 000 USD
    std::optional<db::QuietHours> quiet_hours;              // whose time zone is still to be looked up
    std::optional<int> not_texted_within_hours;             // people texted since then are left out
    std::string from;                                       // E.164, a short code, or empty
    std::map<std::string, std::string, std::less<>> fields; // as received
    db::Labels labels;
    recipients::ListChoices list_choices; // how to read the list
    std::optional<http::FilePart> customer_list;
};

enum class FileRule
{
    required,
    optional
};

// Throws http::Refusal: a 422 that names every faulty field, or a 400 for a file that does not claim to be a CSV.
CampaignForm read_campaign_form(http::MultipartForm form, FileRule file_rule, std::string_view default_country_code,
                                db::Time now);

} // namespace waybill::api
