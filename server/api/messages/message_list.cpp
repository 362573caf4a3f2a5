#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/api/messages/messages.hpp"
#include "server/text/phone_number.hpp"

#include <utility>

namespace waybill::api
{

namespace
{

class SearchReader
{
public:
    explicit SearchReader(const http::Request& request) : request_(request) {}

    std::string text(std::string_view name) const { return query_value(request_, name); }

    std::string number(std::string_view name, std::string_view default_country_code, bool is_sender)
    {
        std::string given = text(name);
        if (given.empty()) return given;
        const text::PhoneNumber number = is_sender ? text::parse_sender(given, default_country_code)
                                                   : text::parse_phone_number(given, default_country_code);
        if (number) return *number;
        fault(name, "Invalid phone number format: " + number.error().hint);
        faults_.back().code = error_code("invalid_phone_number");
        return "";
    }

    std::optional<db::Time> time(std::string_view name)
    {
        const std::string given = text(name);
        const std::optional<db::Time> time = parse_iso8601(given);
        if (!given.empty() && !time) fault(name, "must be a time like 2026-03-31T12:00:00Z");
        return time;
    }

    std::optional<db::MessageStatus> status()
    {
        const std::string given = text("status");
        const std::optional<db::MessageStatus> status = db::parse_message_status(given);
        if (!given.empty() && !status) fault("status", "is not a status of a message");
        return status;
    }

    void refuse_faults()
    {
        if (!faults_.empty()) throw http::Refusal(std::move(faults_));
    }

private:
    void fault(std::string_view name, std::string message)
    {
        faults_.push_back({"query", std::string(name), std::move(message), "value_error"});
    }

    const http::Request& request_;
    std::vector<http::FieldFault> faults_;
};

db::MessageSearch read_search(const http::Request& request, const CampaignRules& rules)
{
    const Paging paging = read_paging(request);
    SearchReader reader(request);
    db::MessageSearch search;
    search.recipient = reader.number("recipient", rules.numbers.default_country_code, false);
    search.sender = reader.number("sender", rules.numbers.default_country_code, true);
    search.status = reader.status();
    search.reference = reader.text("reference");
    search.campaign = reader.text("campaign");
    search.from = reader.time("createdFrom");
    search.until = reader.time("createdTo");
    search.limit = paging.limit;
    search.below = paging.cursor;
    reader.refuse_faults();
    return search;
}

} // namespace

asio::awaitable<http::Response> MessageRoutes::list(http::Request request)
{
    db::MessageSearch search = read_search(request, rules_);
    const db::FoundMessages page = co_await search_.find(std::move(search), request.client_left);
    co_return json_reply(200, show(page, rules_.price_per_segment));
}

} // namespace waybill::api
