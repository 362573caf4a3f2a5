#pragma once

#include "tests/support/http_requests.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/reserved_port.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::test
{

// Speaks to a Waybill that listens on the port that is reserved for it, each time on a connection of its own.
class ServiceClient
{
public:
    std::uint16_t port() const { return port_.number(); }
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port()); }

    RawReply ask(std::string_view request) const;
    RawReply get(std::string_view target) const { return ask(get_request(target)); }
    RawReply create(const CampaignUpload& upload) const { return ask(upload.request("/api/campaigns/sms")); }
    RawReply preview(const CampaignUpload& upload) const { return ask(upload.request("/api/campaigns/sms/preview")); }

    // The same when the answer must be 200: `data` and `preview` of the replies, and the whole reply.
    boost::json::object created(const CampaignUpload& upload) const;
    boost::json::object previewed(const CampaignUpload& upload) const;
    boost::json::object get_json(std::string_view target) const;

    boost::json::object status(std::string_view campaign_id) const;

    // Polls the status route until no message can change any more, and returns its last reply.
    boost::json::object wait_until_final(std::string_view campaign_id) const;

    std::vector<boost::json::object> messages(std::string_view campaign_id) const; // all of them, page by page

    // A sample of /metrics, by its name and labels as they stand there.
    std::int64_t metric(std::string_view sample) const;

    RawReply post_receipt(const std::string& message_id, const std::string& status) const; // signed by RunningSimulator

    void wait_until_it_listens() const;
    void wait_until_ready() const;

private:
    ReservedPort port_;
};

} // namespace waybill::test
