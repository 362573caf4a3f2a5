#pragma once

#include "db/campaigns/list_check.hpp"
#include "server/access/limits.hpp"
#include "server/api/campaigns/campaign_intake.hpp"
#include "server/api/campaigns/export_csv.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <utility>

namespace waybill::api
{

namespace asio = boost::asio;

// POST /api/campaigns/sms/preview/rejected-rows.csv: all rows of a list that would not be sent, before anything is.
// Read and written batch by batch. A few run at a time, fewer of one principal; further ones are refused.
class RejectedPreviewRoute
{
public:
    RejectedPreviewRoute(db::ListCheck check, CampaignRules rules) : check_(check), rules_(std::move(rules)) {}

    asio::awaitable<http::Response> rejected_rows(http::Request request);

private:
    struct Download
    {
        db::NextBatch next;
        RejectedCsv csv;
        bool is_begun = false;
        bool has_ended = false;
        std::string text; // read and not yet written
    };

    static asio::awaitable<void> read_batch(db::ListCheck check, std::shared_ptr<Download> download);
    static asio::awaitable<void> stream(db::ListCheck check, std::shared_ptr<Download> download,
                                        http::BodyWriter& body);

    db::ListCheck check_;
    CampaignRules rules_;
    access::Shares running_{8, 4, "checks of lists"};
};

} // namespace waybill::api
