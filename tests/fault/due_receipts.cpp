#include "tests/fault/due_receipts.hpp"

#include "tests/support/http_requests.hpp"
#include "tests/support/running_simulator.hpp"
#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

namespace waybill::test
{

std::vector<db::MessageId> accepted_messages(const TestDatabase& database, int campaigns, int messages_each)
{
    std::vector<db::MessageId> ids;
    for (int campaign = 0; campaign < campaigns; ++campaign) {
        const std::string public_id = "sms_1_fault" + std::to_string(campaign);
        make_campaign(database, messages_each, public_id);
        for (const db::MessageId id : message_ids(database, public_id))
            ids.push_back(id);
    }
    database.exec("delete from outbox");
    database.exec("update messages set status = 'accepted', claimed_at = now(), accepted_at = now()");
    database.exec(
        "update campaign_counters set accepted = pending, ever_accepted = pending, accepted_segments = pending, "
        "pending = 0");
    return ids;
}

std::string signed_request(const std::string& origin, const Receipt& receipt)
{
    static const webhooks::SigningKey key(RunningSimulator::auth_token);
    const std::string id = std::to_string(receipt.message);
    webhooks::Form form;
    form.parameters = {{"MessageSid", "SM" + std::string(32 - id.size(), '0') + id},
                       {"MessageStatus", std::string(receipt.word)},
                       {"AccountSid", RunningSimulator::account_sid},
                       {"RawDlrDoneDate", std::to_string(receipt.number)},
                       {"To", "+15550100000"},
                       {"From", RunningSimulator::phone_number}};
    if (receipt.word == "undelivered") form.parameters.emplace_back("ErrorCode", "30003");
    const std::string target = "/webhooks/twilio/status/" + id;
    const HeaderFields headers{{"Content-Type", "application/x-www-form-urlencoded"},
                               {"X-Twilio-Signature", key.sign(origin + target, form)}};
    return request_with_body(target, headers, webhooks::write_form(form));
}

} // namespace waybill::test
