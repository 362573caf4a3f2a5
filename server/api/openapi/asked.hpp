#pragma once

#include "server/api/contract/errors.hpp"
#include "server/api/openapi/schema.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

// What requests send, for the document and for the names that a request may use; what is optional may be left out.
namespace waybill::api
{

template <>
inline constexpr std::string_view own_schema<SentenceOrFaults> =
    R"({"anyOf":[{"type":"string"},{"type":"array","items":{"$ref":"#/components/schemas/Fault"}}],
        "description":"The same sentence, or of a 422 what is wrong with which field."})";

// An amount as requests give it: with up to four places.
struct AskedDollars
{
};
template <>
inline constexpr std::string_view own_schema<AskedDollars> =
    R"({"type":"string","pattern":"^[0-9]+(\\.[0-9]{1,4})?$","examples":["12.50"]})";

using OptionalText = Omissible<std::string_view>;

struct AskedOffer
{
    std::string_view restaurant_name, offer, offer_code;
};
BOOST_DESCRIBE_STRUCT(AskedOffer, (), (restaurant_name, offer, offer_code))

// The options of a campaign; all values of a form are texts.
struct AskedOptions
{
    OptionalText message, name, from;
    Omissible<std::int64_t> lapsed_after_days;
    Omissible<db::Time> send_at;
    Omissible<std::int64_t> hold_seconds;
    Omissible<AskedDollars> max_cost;
    OptionalText quiet_hours, time_zone;
    Omissible<bool> plain_characters;
    Omissible<std::int64_t> not_texted_within_hours;
    Omissible<bool> confirm_repeat;
    OptionalText reference;
};
BOOST_DESCRIBE_STRUCT(AskedOptions, (),
                      (message, name, from, lapsed_after_days, send_at, hold_seconds, max_cost, quiet_hours, time_zone,
                       plain_characters, not_texted_within_hours, confirm_repeat, reference))

// How the list is to be read.
struct AskedReading
{
    OptionalText columns, date_order, sheet, metadata;
};
BOOST_DESCRIBE_STRUCT(AskedReading, (), (columns, date_order, sheet, metadata))

// A recipient of an inline campaign: its other members are placeholders of the message.
struct Recipient
{
};
template <>
inline constexpr std::string_view own_schema<Recipient> =
    R"({"type":"object","required":["customerName","phoneNumber"],"properties":{
        "customerName":{"type":"string","examples":["Ana"]},"phoneNumber":{"type":"string","examples":["+15550100000"]},
        "lastOrderDate":{"type":"string","format":"date","examples":["2026-01-31"]},
        "reference":{"type":["string","number","null"],"examples":["order-4711"],
        "description":"The client's own id of this message, unique among those of its key or user."},
        "metadata":{"type":["object","null"],"additionalProperties":true,"examples":[{"table":7}],
        "description":"Returned with this message."}},
        "additionalProperties":{"type":["string","number","boolean","null"]}})";

struct CampaignRequest
{
    Inline<AskedOffer> offer;
    std::vector<Recipient> recipients;
    Inline<AskedOptions> options;
    Omissible<AnyObject> metadata;
};
BOOST_DESCRIBE_STRUCT(CampaignRequest, (), (offer, recipients, options, metadata))

struct CampaignUploadForm
{
    Inline<AskedOffer> offer;
    UploadedFile customer_list;
    Inline<AskedOptions> options;
    Inline<AskedReading> reading;
};
BOOST_DESCRIBE_STRUCT(CampaignUploadForm, (), (offer, customer_list, options, reading))

struct PreviewForm
{
    Inline<AskedOffer> offer;
    Omissible<UploadedFile> customer_list;
    Inline<AskedOptions> options;
    Inline<AskedReading> reading;
    OptionalText preview_of;
};
BOOST_DESCRIBE_STRUCT(PreviewForm, (), (offer, customer_list, options, reading, preview_of))

struct TestMessageForm
{
    std::string_view to;
    Inline<CampaignUploadForm> campaign;
};
BOOST_DESCRIBE_STRUCT(TestMessageForm, (), (to, campaign))

struct CampaignChangeRequest
{
    Omissible<db::Time> send_at;
    OptionalText message, offer, offer_code;
    Omissible<std::optional<AskedDollars>> max_cost;
};
BOOST_DESCRIBE_STRUCT(CampaignChangeRequest, (), (send_at, message, offer, offer_code, max_cost))

struct ResumeRequest
{
    Omissible<std::optional<AskedDollars>> max_cost;
};
BOOST_DESCRIBE_STRUCT(ResumeRequest, (), (max_cost))

struct Nothing
{
};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct ResendRequest
{
    Omissible<std::int64_t> confirm;
};
BOOST_DESCRIBE_STRUCT(ResendRequest, (), (confirm))

struct MessageToSend
{
    std::string_view to, body;
    Omissible<std::optional<std::string_view>> from;
    Omissible<std::optional<db::Time>> send_at;
    Omissible<std::optional<std::string_view>> quiet_hours, time_zone, reference;
    Omissible<AnyObject> metadata;
};
BOOST_DESCRIBE_STRUCT(MessageToSend, (), (to, body, from, send_at, quiet_hours, time_zone, reference, metadata))

struct BatchRequest
{
    std::vector<MessageToSend> messages;
};
BOOST_DESCRIBE_STRUCT(BatchRequest, (), (messages))

struct Credentials
{
    std::string_view email, password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (email, password))

struct SetupRequest
{
    std::string_view token, email, password;
};
BOOST_DESCRIBE_STRUCT(SetupRequest, (), (token, email, password))

struct NewUserRequest
{
    std::string_view email, role, password;
};
BOOST_DESCRIBE_STRUCT(NewUserRequest, (), (email, role, password))

struct UserChangeRequest
{
    OptionalText role;
    Omissible<bool> disabled;
};
BOOST_DESCRIBE_STRUCT(UserChangeRequest, (), (role, disabled))

struct NewPasswordRequest
{
    std::string_view password;
};
BOOST_DESCRIBE_STRUCT(NewPasswordRequest, (), (password))

struct NewEndpointRequest
{
    std::string_view url;
    OptionalText description, campaign_id, created_by;
    Omissible<std::vector<std::string_view>> events;
};
BOOST_DESCRIBE_STRUCT(NewEndpointRequest, (), (url, description, campaign_id, created_by, events))

struct EndpointChangeRequest
{
    OptionalText url, description, campaign_id, created_by;
    Omissible<std::vector<std::string_view>> events;
    Omissible<bool> disabled;
};
BOOST_DESCRIBE_STRUCT(EndpointChangeRequest, (), (url, description, campaign_id, created_by, events, disabled))

struct SecretRotationRequest
{
    Omissible<std::int64_t> overlap_hours;
};
BOOST_DESCRIBE_STRUCT(SecretRotationRequest, (), (overlap_hours))

struct ReplayRequest
{
    Omissible<std::vector<std::string_view>> event_ids;
    Omissible<db::Time> from, to;
};
BOOST_DESCRIBE_STRUCT(ReplayRequest, (), (event_ids, from, to))

struct NewNotificationAddressRequest
{
    std::string_view kind, address;
    OptionalText preset;
};
BOOST_DESCRIBE_STRUCT(NewNotificationAddressRequest, (), (kind, address, preset))

struct NotificationAddressChangeRequest
{
    OptionalText address, preset;
};
BOOST_DESCRIBE_STRUCT(NotificationAddressChangeRequest, (), (address, preset))

struct KeyChangeRequest
{
    Omissible<std::optional<std::string_view>> role;
    Omissible<std::vector<std::string_view>> permissions;
    Omissible<std::optional<std::int64_t>> expires_in_days, requests_per_minute;
    Omissible<std::optional<AskedDollars>> daily_budget;
    Omissible<std::vector<std::string_view>> senders;
};
BOOST_DESCRIBE_STRUCT(KeyChangeRequest, (),
                      (role, permissions, expires_in_days, requests_per_minute, daily_budget, senders))

struct NewKeyRequest
{
    std::string_view name;
    Inline<KeyChangeRequest> rest;
};
BOOST_DESCRIBE_STRUCT(NewKeyRequest, (), (name, rest))

} // namespace waybill::api
