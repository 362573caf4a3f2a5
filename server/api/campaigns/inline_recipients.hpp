#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/http/message.hpp"

#include <string_view>
#include <vector>

namespace waybill::api
{

struct InlineCampaign
{
    http::MultipartForm form; // the one that uploads it: the fields as texts, the recipients as a list
    std::vector<db::RowLabels> row_labels;
};

// A campaign with its recipients as JSON. Throws http::Refusal: a 400 when the text is no JSON object, a 422 that names
// every member that does not fit.
InlineCampaign read_inline_campaign(std::string_view text);

} // namespace waybill::api
