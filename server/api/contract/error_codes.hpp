#pragma once

#include <array>
#include <string_view>

// The stable `code` of every error under /api. Codes are added, never renamed or removed.
namespace waybill::api
{

struct ErrorCode
{
    std::string_view code;
    int status;
    std::string_view meaning;
};

inline constexpr auto all_error_codes = std::to_array<ErrorCode>({
    {"bad_request", 400,
     "The request is not HTTP as Waybill understands it, or its body is not what the route expects."},
    {"invalid_json", 400, "The body is not a JSON object."},
    {"not_a_list", 400, "The file is not a list of customers that can be read."},
    {"missing_columns", 400, "The list lacks columns; `missing` names them, `columnsFound` the ones that it has."},
    {"no_valid_customers", 400, "No row of the list is valid; `reasons` counts why."},
    {"invalid_credential", 401, "The credential is not valid, has expired or was revoked."},
    {"wrong_password", 401, "The e-mail address or the password is wrong."},
    {"forbidden", 403, "Pages of this origin may not call Waybill."},
    {"not_authenticated", 403, "The request carries no credential."},
    {"missing_permission", 403, "The credential lacks the permission of the route."},
    {"sender_not_allowed", 403, "The key may not send from this number."},
    {"not_your_campaign", 403, "The caller may only control the campaigns that it has created."},
    {"account_exists", 403, "The first account exists already."},
    {"invalid_link", 403, "The one-time link is not valid any more."},
    {"not_found", 404, "Nothing has this path."},
    {"campaign_not_found", 404, "No campaign has this id."},
    {"message_not_found", 404, "No message has this id."},
    {"not_opted_out", 404, "The number has not opted out."},
    {"endpoint_not_found", 404, "No endpoint has this id."},
    {"notification_address_not_found", 404, "No notification address has this id."},
    {"key_not_found", 404, "No key in force has this id."},
    {"user_not_found", 404, "No user has this address."},
    {"sender_not_found", 404, "Nothing was sent from this sender."},
    {"method_not_allowed", 405, "The path does not accept this method; `Allow` lists those that it does."},
    {"request_timeout", 408, "The request did not arrive in time."},
    {"conflict", 409, "The state of what is asked for does not allow it."},
    {"campaign_state", 409, "The status of the campaign does not allow this action."},
    {"message_state", 409, "The status of the message does not allow this action."},
    {"sent_already", 409,
     "The same list, text and offer were sent a few minutes ago; `campaignId` names the campaign."},
    {"confirmation_needed", 409, "Confirm the number in `unknown`: its recipients may get the text twice."},
    {"rows_not_kept", 409, "The rows of the list are no longer kept, so its text cannot be changed."},
    {"user_exists", 409, "The address has an account already."},
    {"too_many_addresses", 409, "There are already as many notification addresses as Waybill allows."},
    {"own_account", 409, "One's own account cannot be disabled."},
    {"last_administrator", 409, "One administrator must remain: the last one keeps role and account."},
    {"user_needed", 409, "The first key needs a user who can sign in."},
    {"privacy_key_missing", 409, "Erasing needs the file that PRIVACY_KEY names."},
    {"privacy_key_differs", 409, "PRIVACY_KEY is not the key of earlier erasures."},
    {"body_too_large", 413, "The body is larger than the route accepts."},
    {"unsupported_media_type", 415, "The body must be JSON, with Content-Type: application/json."},
    {"unknown_host", 421, "The server does not answer to the name in Host."},
    {"invalid_fields", 422, "Fields or parameters are faulty; `detail` lists each with what is wrong."},
    {"missing_fields", 422, "Required fields are missing; `detail` lists them."},
    {"unknown_fields", 422,
     "The body has fields that the route does not know; `detail` lists them and the known ones."},
    {"unknown_parameters", 422,
     "The query has parameters that the route does not know; `detail` lists them and the known "
     "ones."},
    {"invalid_phone_number", 422, "A phone number is not one."},
    {"recipient_opted_out", 422, "The recipient has opted out; nothing is sent."},
    {"always_quiet", 422, "The quiet hours leave no time of the day."},
    {"open_questions", 422, "The list leaves something open; `questions` asks about it."},
    {"reference_used", 422, "A recipient's reference was used for another message; each message needs its own."},
    {"idempotency_key_reused", 422, "The Idempotency-Key was used for another request."},
    {"too_many_requests", 429,
     "Too many requests from this address, or too many uploads, exports or live views of this user or key, are under "
     "way."},
    {"rate_limited", 429, "The key has made as many requests as it may."},
    {"budget_used_up", 429,
     "The daily budget, or that of the key, does not cover it; `Retry-After` says when the next day begins."},
    {"too_many_tests", 429, "No more test messages may be sent this hour."},
    {"too_many_sign_ins", 429, "There were too many attempts to sign in."},
    {"headers_too_large", 431, "The header fields are too long."},
    {"internal_error", 500, "Something went wrong inside Waybill; its log has the details."},
    {"unavailable", 503, "Waybill cannot do this right now; `Retry-After` says when to try again."},
    {"starting", 503, "Waybill is starting and waits for its database."},
    {"database_unavailable", 503, "The database cannot be reached right now."},
});

constexpr const ErrorCode* find_error_code(std::string_view code)
{
    for (const ErrorCode& each : all_error_codes)
        if (each.code == code) return &each;
    return nullptr;
}

// The code itself; one that the table lacks does not compile.
consteval std::string_view error_code(std::string_view code)
{
    for (const ErrorCode& each : all_error_codes)
        if (each.code == code) return each.code;
    throw "the table above has no such code";
}

} // namespace waybill::api
