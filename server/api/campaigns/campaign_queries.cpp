#include "server/api/campaigns/campaign_queries.hpp"

#include "db/messages/message_search.hpp"
#include "db/postgres/storable_text.hpp"
#include "server/api/contract/campaign.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/text/phone_number.hpp"

#include <iterator>
#include <memory>
#include <sstream>
#include <utility>
#include <vector>

namespace waybill::api
{

using std::chrono::system_clock;

namespace
{

constexpr std::size_t max_search = 100;

// Fewer digits than a whole number has, or no number at all.
bool is_part(const std::string& sought)
{
    constexpr std::size_t min_number = 10;
    return db::digits_sought(sought).size() < min_number;
}

// `status` and `q`, a phone number, the end of one, or a part of a name.
db::MessageFilter read_filter(const http::Request& request, const CampaignRules& rules)
{
    const std::string status = query_value(request, "status");
    const std::string number = query_value(request, "q");
    db::MessageFilter filter;
    filter.status = db::parse_message_status(status);
    if (!status.empty() && !filter.status)
        throw http::Refusal({"query", "status", "is not a status of a message", "enum"});
    if (number.size() > max_search)
        throw http::Refusal({"query", "q", "must have at most 100 characters", "string_too_long"});
    if (number.empty()) return filter;
    if (is_part(number)) {
        filter.part = number;
        return filter;
    }
    const auto recipient = text::parse_phone_number(number, rules.numbers.default_country_code);
    if (!recipient)
        throw http::Refusal({"query", "q", "Invalid phone number format: " + recipient.error().hint, "value_error"})
            .with_code(error_code("invalid_phone_number"));
    filter.recipient = *recipient;
    return filter;
}

// `search`: words, in any order. What `q` finds is people, for those alone who may see them.
std::vector<std::string> read_words(const http::Request& request)
{
    const std::string text = query_value(request, "search");
    if (text.size() > max_search)
        throw http::Refusal({"query", "search", "must have at most 100 characters", "string_too_long"});
    if (!db::is_storable(text))
        throw http::Refusal({"query", "search", "must be UTF-8 text without NUL characters", "value_error"});
    std::istringstream pieces(text);
    std::vector<std::string> words(std::istream_iterator<std::string>(pieces), {});
    if (words.empty() && !text.empty())
        throw http::Refusal({"query", "search", "must hold a word to look for", "value_error"});
    return words;
}

} // namespace

ShownCampaign CampaignQueryRoutes::shown(const db::Campaign& campaign) const
{
    return show(campaign, system_clock::now(), rules_.rate_of(campaign.sender));
}

asio::awaitable<http::Response> CampaignQueryRoutes::status(http::Request request)
{
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    co_return json_reply(200, ShownStatus{{shown(campaign)}});
}

asio::awaitable<db::CampaignPage> CampaignQueryRoutes::page_of(const http::Request& request)
{
    const Paging paging = read_paging(request);
    db::CampaignSearch search{read_words(request), paging.limit, paging.cursor};
    db::CampaignPage page;
    if (search.words.empty()) {
        page = co_await campaigns_.list(paging.limit, paging.cursor);
    }
    else {
        const std::shared_ptr<void> share = searches_.take(request.caller.name);
        page = co_await campaigns_.search(std::move(search), request.client_left);
    }
    co_return page;
}

asio::awaitable<http::Response> CampaignQueryRoutes::list(http::Request request)
{
    const db::CampaignPage page = co_await page_of(request);
    ShownCampaigns campaigns;
    for (const db::Campaign& campaign : page.campaigns)
        campaigns.campaigns.push_back(shown(campaign));
    campaigns.next_cursor = cursor(page.next);
    co_return json_reply(200, campaigns);
}

asio::awaitable<http::Response> CampaignQueryRoutes::one(http::Request request)
{
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    co_return json_reply(200, shown(campaign));
}

asio::awaitable<http::Response> CampaignQueryRoutes::messages(http::Request request)
{
    const Paging paging = read_paging(request);
    db::MessageFilter filter = read_filter(request, rules_);
    std::shared_ptr<void> share;
    if (!filter.part.empty()) share = searches_.take(request.caller.name);
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    try {
        const db::MessagePage page = co_await messages_.of_campaign(campaign.id, std::move(filter), paging.limit,
                                                                    paging.cursor, request.client_left);
        co_return json_reply(200, show(page, campaign.price_per_segment));
    }
    catch (const db::SearchTooLong&) {
        throw http::Refusal(
            {"query", "q", "finds too little in too many messages; enter the whole phone number", "value_error"});
    }
}

asio::awaitable<http::Response> CampaignQueryRoutes::replies(http::Request request)
{
    const Paging paging = read_paging(request);
    const db::Campaign campaign = co_await campaign_of(campaigns_, request);
    const db::ReplyPage page = co_await inbound_.of_campaign(campaign.id, paging.limit, paging.cursor);
    co_return json_reply(200, show(page));
}

} // namespace waybill::api
