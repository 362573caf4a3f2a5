#include "tests/fault/sending_load.hpp"

#include "server/api/contract/timestamps.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace waybill::test
{

namespace json = boost::json;

namespace
{

constexpr const char* budget_for_half = "0.3750"; // 50 segments at 0.0075
constexpr int opt_outs_each = 5;
constexpr std::chrono::seconds later{2};

std::string number_of(std::size_t place)
{
    return "+1" + std::to_string(2'120'000'000 + place);
}

// The last one is a number that Twilio refuses.
std::string customers(std::size_t first)
{
    std::string csv = "customer_name,phone_number,last_order_date\n";
    for (std::size_t i = 0; i + 1 < SendingLoad::recipients_each; ++i)
        csv += "Customer," + number_of(first + i) + ",2020-01-31\n";
    return csv + "Nobody,+15005550001,2020-01-31\n";
}

void post(const ServiceClient& waybill, const std::string& target)
{
    const int status = waybill.ask(request_with_body(target, {}, "")).status;
    BOOST_TEST((status == 200 || status == 409), target << " is answered " << status); // 409: it has moved on meanwhile
}

} // namespace

void SendingLoad::upload(const ServiceClient& waybill)
{
    const RawReply reply = waybill.create(next_upload());
    BOOST_REQUIRE_MESSAGE(reply.status == 202, reply.head + reply.body);
    ids_.emplace_back(json_of(reply).at("data").at("campaignId").as_string());
    const std::size_t place = ids_.size() - 1;
    if (kind_of(place) == Kind::later) opt_out_some();
    if (place > 0 && kind_of(place - 1) == Kind::canceled)
        post(waybill, "/api/campaigns/" + ids_[place - 1] + "/cancel");
}

CampaignUpload SendingLoad::next_upload() const
{
    const std::size_t place = ids_.size();
    CampaignUpload upload;
    upload.header("Prefer", "respond-async").file(customers(place * recipients_each));
    if (kind_of(place) == Kind::budgeted) upload.with("maxCost", budget_for_half);
    if (kind_of(place) == Kind::later) upload.with("sendAt", api::to_iso8601(std::chrono::system_clock::now() + later));
    return upload;
}

void SendingLoad::opt_out_some() const
{
    const std::size_t first = (ids_.size() - 1) * recipients_each;
    for (std::size_t i = 0; i < opt_outs_each; ++i)
        database_.exec("insert into opt_outs (phone_number, source) values ('" + number_of(first + i) + "', 'test')");
}

void SendingLoad::resume_all(const ServiceClient& waybill) const
{
    resume_senders(waybill);
    for (const std::string& row : database_.column(
             "select public_id || ' ' || case when max_cost is null then 'resume' else 'cancel' end from campaigns "
             "where status = 'paused'")) {
        const std::size_t space = row.find(' ');
        post(waybill, "/api/campaigns/" + row.substr(0, space) + "/" + row.substr(space + 1));
    }
}

void SendingLoad::resume_senders(const ServiceClient& waybill) const
{
    for (const std::string& sender : database_.column("select sender from senders where paused_at is not null"))
        post(waybill, "/api/senders/" + (sender.starts_with('+') ? "%2B" + sender.substr(1) : sender) + "/resume");
}

bool SendingLoad::is_through() const
{
    return database_.number("select count(*) from campaigns where status not in ('completed', 'canceled')") == 0 &&
           database_.number("select count(*) from outbox") == 0;
}

} // namespace waybill::test
