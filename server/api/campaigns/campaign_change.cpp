#include "server/api/campaigns/campaign_change.hpp"

#include "config/log.hpp"
#include "db/postgres/storable_text.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/contract/times.hpp"
#include "server/recipients/rows/rewriting.hpp"
#include "server/text/clean_text.hpp"
#include "server/text/money.hpp"
#include "server/text/template.hpp"

#include <boost/algorithm/string/trim.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <memory>

namespace waybill::api
{

namespace json = boost::json;
using std::chrono::system_clock;

namespace
{

constexpr const char* example = R"({"sendAt": "2026-03-31T12:00:00Z", "message": "Hi {customer_name}!"})";

class ChangeReader
{
public:
    ChangeReader(const json::object& object, std::vector<http::FieldFault>& faults) : object_(object), faults_(faults)
    {
    }

    void check_names()
    {
        for (const auto& field : object_)
            if (!is_known(field.key()))
                fault(field.key(), "cannot be changed; sendAt, message, offer, offerCode and maxCost can",
                      "value_error");
        if (object_.empty())
            fault("sendAt", "give sendAt, message, offer, offerCode or maxCost: nothing is to be changed", "missing");
    }

    std::optional<std::string> text(std::string_view name)
    {
        const json::value* value = object_.if_contains(name);
        if (!value) return std::nullopt;
        if (!value->is_string()) {
            fault(name, "must be a string", "string_type");
            return std::nullopt;
        }
        std::string text = boost::algorithm::trim_copy(text::with_line_feeds(std::string(value->get_string())));
        if (text.empty()) fault(name, "must not be blank", "string_too_short");
        if (!db::is_storable(text)) fault(name, "must be text without NUL characters", "value_error");
        return text;
    }

    std::optional<std::string> message()
    {
        std::optional<std::string> message = text("message");
        if (!message) return message;
        for (const std::string& piece : text::stray_braces(*message))
            fault("message", text::explain_stray_brace(piece), "value_error");
        return message;
    }

    void read_budget(db::CampaignChange& change)
    {
        const json::value* value = object_.if_contains("maxCost");
        if (!value) return;
        change.changes_budget = true;
        if (value->is_null()) return;
        if (value->is_string()) change.max_cost = text::parse_dollars(std::string(value->as_string()));
        if (!change.max_cost)
            fault("maxCost",
                  "must be an amount in USD in quotes like \"12.50\", with up to four places, or null for none",
                  "decimal_parsing");
    }

    void fault(std::string_view name, std::string message, std::string type)
    {
        faults_.push_back({"body", db::storable(name), std::move(message), std::move(type)});
    }

private:
    static bool is_known(std::string_view name)
    {
        return name == "sendAt" || name == "message" || name == "offer" || name == "offerCode" || name == "maxCost";
    }

    const json::object& object_;
    std::vector<http::FieldFault>& faults_;
};

// The new texts, or a 422 that names the placeholder or the row that does not fit.
db::WriteTexts writer(std::string default_country_code)
{
    auto rewriting = std::make_shared<recipients::Rewriting>(std::move(default_country_code));
    return [rewriting](const db::ChangedTexts& texts, std::vector<db::ScheduledMessage>& messages) {
        try {
            rewriting->write(texts, messages);
        }
        catch (const recipients::UnknownPlaceholder& error) {
            throw http::Refusal({"body", "message", error.what(), "value_error"});
        }
        catch (const recipients::UnfitRow& error) {
            throw http::Refusal({"body", "message", error.what(), "value_error"});
        }
    };
}

http::Refusal refusal_of(const db::ControlResult& result)
{
    if (result.control == db::Control::rows_gone)
        return http::Refusal(409, "The rows of this campaign's list are not kept any more, so its text cannot be "
                                  "changed; cancel it and "
                                  "upload the list again")
            .with_code(error_code("rows_not_kept"));
    const std::string& status = result.campaign->status;
    return http::Refusal(409, "Only a scheduled campaign can be changed, until it starts; this one " +
                                  std::string(status == "sending" ? "has started or is about to" : "is " + status))
        .with_code(error_code("campaign_state"));
}

} // namespace

db::CampaignChange read_campaign_change(std::string_view text, db::Time now)
{
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object())
        throw http::Refusal(400, "The body must be a JSON object like " + std::string(example))
            .with_code(error_code("invalid_json"));
    std::vector<http::FieldFault> faults;
    ChangeReader reader(value.get_object(), faults);
    db::CampaignChange change;
    reader.check_names();
    const std::optional<std::string> send_at = reader.text("sendAt");
    if (send_at && faults.empty()) change.send_at = read_send_at(*send_at, now, max_campaign_schedule, faults);
    change.message_template = reader.message();
    change.offer = reader.text("offer");
    change.offer_code = reader.text("offerCode");
    reader.read_budget(change);
    if (!faults.empty()) throw http::Refusal(std::move(faults));
    return change;
}

// A campaign that does not exist is the handler's matter.
asio::awaitable<void> ChangeRoute::require_own(http::Caller caller, std::string campaign)
{
    if (!caller.only_own_campaigns) co_return;
    const std::optional<std::string> creator = co_await control_.creator(std::move(campaign));
    if (creator && *creator != caller.name)
        throw http::Refusal(403, "Only the campaigns that you have created are yours to change; ask an operator")
            .with_code(error_code("not_your_campaign"));
}

asio::awaitable<http::Response> ChangeRoute::change(http::Request request)
{
    const std::string id = path_value(request, "id");
    co_await require_own(request.caller, id);
    db::CampaignChange wanted = read_campaign_change(request.body, system_clock::now());
    db::WriteTexts write = writer(rules_.numbers.default_country_code);
    const db::ControlResult result =
        co_await changes_.change(id, std::move(wanted), std::move(write), actor_of(request));
    if (!result.campaign) throw campaign_not_found();
    if (result.control != db::Control::done) throw refusal_of(result);
    config::log(config::LogLevel::info, "campaign.changed",
                {{"campaign", result.campaign->public_id}, {"client", actor_of(request).peer}});
    dispatcher_.wake();
    co_return json_reply(200, show(*result.campaign, system_clock::now(), rules_.rate_of(result.campaign->sender)));
}

} // namespace waybill::api
