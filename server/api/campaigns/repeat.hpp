#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/api/campaigns/campaign_form.hpp"
#include "server/http/refusal.hpp"

#include <functional>
#include <memory>
#include <string>

// The same list, text and offer of the same principal within a few minutes are probably a mistake.
namespace waybill::api
{

// What makes an upload the same as another one. The result reads the whole file; blocking.
std::function<std::string()> repeat_key_of(const CampaignForm& form, std::shared_ptr<const http::SpooledFile> file,
                                           std::string principal);

http::Refusal sent_already(const db::RepeatedCampaign& first); // 409, with the campaign that came first

} // namespace waybill::api
