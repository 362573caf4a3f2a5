#pragma once

#include "config/settings.hpp"
#include "server/app.hpp"
#include "server/twilio/simulator.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/loop_thread.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/running_simulator.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::test
{

struct ServiceOptions
{
    ServiceOptions(); // fast, so that a test need not wait

    config::Settings settings; // database, journal and Twilio are put in unless they are set; the port is any free one
    twilio::SimulatorOptions simulation;
    bool has_credentials = true; // for the simulator of the fixture; false: the built-in one stands in
    bool begins_ready = true;    // false: the database is not there yet
};

// The whole of Waybill on a thread of its own, with a simulated Twilio on another: everything goes over real HTTP.
// Drains at the end.
class Service
{
public:
    explicit Service(const TestDatabase& database, ServiceOptions options = {});
    ~Service();

    std::uint16_t port() const { return port_; }
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
    RunningSimulator& twilio() { return twilio_; }

    RawReply ask(std::string_view request) const; // on a connection of its own
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

private:
    RunningSimulator twilio_;
    TestDirectory journal_;
    LoopThread loop_;
    std::optional<App> app_;
    std::uint16_t port_ = 0;
};

} // namespace waybill::test
