#include "server/api/contract/campaign.hpp"
#include "server/api/contract/creation.hpp"
#include "server/api/contract/list.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/report.hpp"
#include "server/api/openapi/asked.hpp"
#include "server/api/openapi/operation.hpp"

namespace waybill::api
{

namespace
{

constexpr std::string_view list_errors =
    "not_a_list missing_columns no_valid_customers missing_fields invalid_phone_number";
constexpr std::string_view creation_errors =
    "not_a_list missing_columns no_valid_customers open_questions missing_fields invalid_phone_number sent_already "
    "budget_used_up sender_not_allowed idempotency_key_reused";
constexpr std::string_view inline_creation_errors =
    "no_valid_customers missing_fields invalid_phone_number sent_already reference_used budget_used_up "
    "sender_not_allowed idempotency_key_reused";
constexpr std::string_view csv = "text/csv; charset=utf-8";
constexpr std::string_view xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const std::vector<Operation> upload_operations = {
    {"POST /api/campaigns/sms",
     "createCampaign",
     "Campaigns",
     "Send a text to the lapsed customers of a list",
     {},
     schema_of<CampaignUploadForm>,
     {{200, schema_of<ShownCreation>, "The campaign is stored, and its figures are those of now."},
      {202, schema_of<ShownCreation>, "The same, with `Prefer: respond-async`: nothing was waited for."}},
     creation_errors,
     "Idempotency-Key Prefer"},
    {"POST /api/campaigns",
     "createInlineCampaign",
     "Campaigns",
     "Send a text to up to 10,000 recipients of the request",
     {},
     schema_of<CampaignRequest>,
     {{200, schema_of<ShownCreation>, "The campaign is stored, and its figures are those of now."},
      {202, schema_of<ShownCreation>, "The same, with `Prefer: respond-async`: nothing was waited for."}},
     inline_creation_errors,
     "Idempotency-Key Prefer"},
    {"POST /api/campaigns/sms/preview",
     "previewCampaign",
     "Campaigns",
     "See what a campaign would send and cost; nothing is stored",
     {},
     schema_of<PreviewForm>,
     {{200, schema_of<ShownPreview>, "What would be sent."}},
     list_errors},
    {"POST /api/campaigns/sms/test",
     "sendTestMessage",
     "Campaigns",
     "Send the first customer's message to a number of one's own",
     {},
     schema_of<TestMessageForm>,
     {{201, schema_of<ShownTest>, "The message is on its way; it counts in no campaign."}},
     "not_a_list missing_columns open_questions missing_fields invalid_phone_number recipient_opted_out "
     "too_many_tests budget_used_up sender_not_allowed idempotency_key_reused",
     "Idempotency-Key"},
    {"POST /api/campaigns/sms/preview/rejected-rows.csv",
     "previewRejectedRows",
     "Campaigns",
     "Download the rows of a list that could not be sent to, with their reasons",
     {},
     schema_of<CampaignUploadForm>,
     {{200, schema_of<std::string>, "The rows.", csv}},
     list_errors},
    {"GET /api/campaigns/sms/sample-csv",
     "getSampleList",
     "Campaigns",
     "Download a sample of a list",
     {},
     nullptr,
     {{200, schema_of<std::string>, "The list.", csv}},
     ""},
};

const std::vector<Operation> reading_operations = {
    {"GET /api/campaigns/sms/status/{id}",
     "getCampaignStatus",
     "Campaigns",
     "See how a campaign is doing",
     {},
     nullptr,
     {{200, schema_of<ShownStatus>, "The campaign with its figures."}},
     "campaign_not_found"},
    {"GET /api/campaigns",
     "listCampaigns",
     "Campaigns",
     "List campaigns, newest first",
     paging_and({{"search", schema_of<std::string>,
                  "Only campaigns whose name, restaurant, offer, code, reference or id holds each of these words, "
                  "whatever their case; up to 100 bytes. A page that is not full may have a `nextCursor`: 10,000 "
                  "campaigns are looked at for each.",
                  "\"luigi pizza\""}}),
     nullptr,
     {{200, schema_of<ShownCampaigns>, "A page of campaigns."}},
     ""},
    {"GET /api/campaigns/{id}",
     "getCampaign",
     "Campaigns",
     "See a campaign and its figures",
     {},
     nullptr,
     {{200, schema_of<ShownCampaign>, "The campaign."}},
     "campaign_not_found"},
    {"GET /api/campaigns/{id}/events",
     "watchCampaign",
     "Campaigns",
     "Watch a campaign as server-sent events",
     {},
     nullptr,
     {{200, schema_of<std::string>, "Events `campaign`, each with the campaign as its data.", "text/event-stream"}},
     "campaign_not_found"},
    {"GET /api/campaigns/{id}/timeline",
     "getCampaignTimeline",
     "Reports",
     "See how a campaign was delivered over time",
     {},
     nullptr,
     {{200, schema_of<ShownTimeline>, "Counts by time."}},
     "campaign_not_found"},
    {"GET /api/campaigns/{id}/messages",
     "listCampaignMessages",
     "Messages",
     "List a campaign's messages",
     paging_and({{"status", schema_of<std::string>, "Only messages in this status.", "\"failed\""},
                 {"q", schema_of<std::string>,
                  "Only messages to this number, or whose number ends with these digits, or whose name holds these "
                  "words; needs "
                  "people:read.",
                  "\"0100\""}}),
     nullptr,
     {{200, schema_of<ShownMessages>, "A page of messages."}},
     "campaign_not_found invalid_phone_number"},
    {"GET /api/campaigns/{id}/replies",
     "listCampaignReplies",
     "Messages",
     "List the replies to a campaign",
     paging_parameters(),
     nullptr,
     {{200, schema_of<ShownReplies>, "A page of replies."}},
     "campaign_not_found"},
    {"GET /api/campaigns/{id}/messages.csv",
     "exportCampaignMessages",
     "Messages",
     "Download a campaign's messages",
     {},
     nullptr,
     {{200, schema_of<std::string>, "The messages.", csv}},
     "campaign_not_found"},
    {"GET /api/campaigns/{id}/messages.xlsx",
     "exportCampaignWorkbook",
     "Messages",
     "Download a campaign's messages as an Excel workbook",
     {{"timeZone", schema_of<std::string>, "The zone of its times, by its IANA name; UTC without it.",
       "\"America/New_York\""}},
     nullptr,
     {{200, schema_of<std::string>, "The workbook.", xlsx}},
     "campaign_not_found"},
    {"GET /api/campaigns/{id}/rejected-rows.csv",
     "exportRejectedRows",
     "Campaigns",
     "Download the rows that were not sent to, with their reasons",
     {},
     nullptr,
     {{200, schema_of<std::string>, "The rows.", csv}},
     "campaign_not_found"},
};

Operation controlled(std::string_view route, std::string_view id, std::string_view summary, SchemaOf body)
{
    return Operation{route,
                     id,
                     "Campaigns",
                     summary,
                     {},
                     body,
                     {{200, schema_of<ShownCampaign>, "The campaign as it is now."}},
                     "campaign_not_found campaign_state not_your_campaign"};
}

const std::vector<Operation> control_operations = {
    {"PATCH /api/campaigns/{id}",
     "changeCampaign",
     "Campaigns",
     "Change a scheduled campaign until it starts",
     {},
     schema_of<CampaignChangeRequest>,
     {{200, schema_of<ShownCampaign>, "The campaign as it is now."}},
     "campaign_not_found campaign_state rows_not_kept not_your_campaign"},
    controlled("POST /api/campaigns/{id}/pause", "pauseCampaign", "Pause a campaign", schema_of<Nothing>),
    controlled("POST /api/campaigns/{id}/resume", "resumeCampaign", "Resume a paused campaign",
               schema_of<ResumeRequest>),
    controlled("POST /api/campaigns/{id}/cancel", "cancelCampaign", "Cancel what has not been sent",
               schema_of<Nothing>),
    {"POST /api/campaigns/{id}/resend-unknown",
     "resendUnknown",
     "Campaigns",
     "Send the messages again that Twilio may or may not have",
     {},
     schema_of<ResendRequest>,
     {{200, schema_of<Resent>, "How many are sent again."}},
     "campaign_not_found campaign_state confirmation_needed message_state not_your_campaign"},
};

} // namespace

std::span<const Operation> campaign_operations()
{
    static const std::vector<Operation> all = joined({upload_operations, reading_operations, control_operations});
    return all;
}

} // namespace waybill::api
