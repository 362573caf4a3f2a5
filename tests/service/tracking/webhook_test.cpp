#include "server/api/contract/timestamps.hpp"
#include "tests/support/service.hpp"
#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::HeaderFields;
using test::RawReply;
using test::RunningSimulator;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;
using webhooks::Form;

namespace
{

constexpr const char* form_type = "application/x-www-form-urlencoded";

Form receipt(const std::string& status)
{
    Form form;
    form.parameters = {{"MessageSid", "SM00000000000000000000000000000017"},
                       {"MessageStatus", status},
                       {"AccountSid", RunningSimulator::account_sid},
                       {"To", "+15550100000"},
                       {"From", RunningSimulator::phone_number}};
    return form;
}

// A service with one message that is not due, so that only receipts move it.
struct Fixture
{
    explicit Fixture(ServiceOptions options = {}) : service(database, options)
    {
        const auto tomorrow = std::chrono::system_clock::now() + std::chrono::days(1);
        service.created(CampaignUpload().with("sendAt", api::to_iso8601(tomorrow)).file(test::lapsed_customers(1)));
        target = "/webhooks/twilio/status/" + database.value("select id from messages");
    }

    RawReply post(const std::string& to, const std::string& body, const std::string& signature,
                  const std::string& content_type = form_type)
    {
        HeaderFields headers{{"Content-Type", content_type}};
        if (!signature.empty()) headers.emplace_back("X-Twilio-Signature", signature);
        return service.ask(test::request_with_body(to, headers, body));
    }

    std::string sign(const std::string& to, const Form& form, const std::string& token = RunningSimulator::auth_token)
    {
        return webhooks::SigningKey(token).sign(service.origin() + to, form);
    }

    RawReply post_signed(const std::string& to, const Form& form)
    {
        return post(to, webhooks::write_form(form), sign(to, form));
    }

    std::string message_status() const { return database.value("select status from messages"); }
    std::int64_t receipts() const
    {
        return database.number("select count(*) from message_history where source = 'receipt'");
    }
    std::int64_t strays() const { return database.number("select count(*) from stray_receipts"); }
    std::int64_t callbacks(const std::string& verdict) const
    {
        return service.metric("waybill_callbacks_total{verdict=\"" + verdict + "\"}");
    }

    void check_untouched() const
    {
        BOOST_TEST(message_status() == "pending");
        BOOST_TEST(receipts() == 0);
        BOOST_TEST(strays() == 0);
        BOOST_TEST(callbacks("acknowledged") == 0);
    }

    TestDatabase database;
    Service service;
    std::string target;
};

ServiceOptions with_tokens(std::vector<std::string> tokens)
{
    ServiceOptions options;
    options.settings.twilio = config::TwilioSettings{};
    options.settings.twilio->account_sid = RunningSimulator::account_sid;
    options.settings.twilio->auth_tokens = std::move(tokens);
    options.settings.twilio->phone_number = RunningSimulator::phone_number;
    options.settings.twilio->api_base_url = "http://127.0.0.1:9";
    return options;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(webhook, Fixture)

BOOST_AUTO_TEST_CASE(a_signed_receipt_is_stored_and_acknowledged)
{
    const RawReply reply = post_signed(target, receipt("delivered"));
    BOOST_TEST(reply.status == 204);
    BOOST_TEST(reply.body.empty());
    BOOST_TEST(message_status() == "delivered");
    BOOST_TEST(receipts() == 1);
    BOOST_TEST(callbacks("acknowledged") == 1);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(the_same_receipt_again_is_acknowledged_and_adds_nothing)
{
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(post_signed(target, receipt("sent")).status == 204);
    BOOST_TEST(receipts() == 1);
    BOOST_TEST(callbacks("acknowledged") == 3);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_late_receipt_never_takes_a_message_back)
{
    for (const char* status : {"delivered", "sent", "queued"})
        BOOST_TEST(post_signed(target, receipt(status)).status == 204);
    BOOST_TEST(message_status() == "delivered");
    BOOST_TEST(receipts() == 3);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(an_undelivered_message_keeps_its_error_code)
{
    Form form = receipt("undelivered");
    form.parameters.emplace_back("ErrorCode", "30007");
    form.parameters.emplace_back("Unheard-Of", "parameters are signed & kept");
    BOOST_TEST(post_signed(target, form).status == 204);
    BOOST_TEST(message_status() == "undelivered");
    BOOST_TEST(database.value("select error_code from messages") == "30007");
    BOOST_TEST(database.value("select extra->>'Unheard-Of' from message_history where source = 'receipt'") ==
               "parameters are signed & kept");
}

BOOST_AUTO_TEST_CASE(a_wrong_signature_changes_nothing_and_is_counted)
{
    const Form form = receipt("delivered");
    const std::string body = webhooks::write_form(form);
    const std::string right = sign(target, form);
    for (const std::string& wrong : {sign(target, form, "another token"), sign(target, receipt("sent")),
                                     sign(target + "0", form), right.substr(1), right + "=", std::string("nonsense")})
        BOOST_TEST(post(target, body, wrong).status == 403, wrong);
    BOOST_TEST(post(target, body + "&More=1", right).status == 403);
    BOOST_TEST(post(target + "?more=1", body, right).status == 403);
    BOOST_TEST(callbacks("forbidden") == 8);
    BOOST_TEST(service.metric("waybill_signature_failures_total{reason=\"wrong\"}") == 8);
    check_untouched();
}

BOOST_AUTO_TEST_CASE(a_missing_signature_changes_nothing_and_is_counted)
{
    const RawReply reply = post(target, webhooks::write_form(receipt("delivered")), "");
    BOOST_TEST(reply.status == 403);
    BOOST_TEST(test::json_of(reply).at("error").as_string().find("X-Twilio-Signature") != std::string::npos);
    BOOST_TEST(service.metric("waybill_signature_failures_total{reason=\"missing\"}") == 1);
    check_untouched();
}

BOOST_AUTO_TEST_CASE(what_is_no_status_callback_is_refused_as_malformed)
{
    const Form form = receipt("delivered");
    const std::string body = webhooks::write_form(form);
    const std::string signature = sign(target, form);
    BOOST_TEST(post(target, "", sign(target, {})).status == 400);
    BOOST_TEST(post(target, body, signature, "application/json").status == 400);
    BOOST_TEST(post(target, body, signature, "text/plain").status == 400);
    BOOST_TEST(post(target, R"({"MessageStatus":"delivered"})", signature, "application/json").status == 400);
    BOOST_TEST(post(target, body + "&Broken=%ZZ", signature).status == 400);
    BOOST_TEST(callbacks("malformed") == 5);
    Form without_sid = form;
    without_sid.parameters.erase(without_sid.parameters.begin());
    BOOST_TEST(post_signed(target, without_sid).status == 400);
    BOOST_TEST(post_signed(target, receipt("")).status == 400);
    BOOST_TEST(post_signed("/webhooks/twilio/status/17x", form).status == 400);
    BOOST_TEST(callbacks("malformed") == 8);
    check_untouched();
}

BOOST_AUTO_TEST_CASE(an_oversized_callback_is_refused)
{
    Form form = receipt("delivered");
    form.parameters.emplace_back("Padding", std::string(70'000, 'x'));
    BOOST_TEST(post_signed(target, form).status == 400);
    check_untouched();
    Form large = receipt("delivered");
    large.parameters.emplace_back("Padding", std::string(60'000, 'x'));
    BOOST_TEST(post_signed(target, large).status == 204);
}

BOOST_AUTO_TEST_CASE(a_receipt_for_an_unknown_message_is_kept_apart_and_acknowledged)
{
    BOOST_TEST(post_signed("/webhooks/twilio/status/999", receipt("delivered")).status == 204);
    Form other_account = receipt("delivered");
    other_account.parameters[2].second = "AC99999999999999999999999999999999";
    BOOST_TEST(post_signed(target, other_account).status == 204);
    BOOST_TEST(database.column("select reason || ' ' || message_id from stray_receipts order by id").at(0) ==
               "unknown message 999");
    BOOST_TEST(database.column("select reason from stray_receipts order by id").at(1) == "other account");
    BOOST_TEST(message_status() == "pending");
    BOOST_TEST(receipts() == 0);
}

BOOST_AUTO_TEST_CASE(a_signed_receipt_whose_sids_are_unclear_is_kept_apart_and_acknowledged)
{
    Form disagreeing = receipt("delivered");
    disagreeing.parameters.emplace_back("SmsSid", "SM00000000000000000000000000000018");
    Form no_sid = receipt("delivered");
    no_sid.parameters[0].second = "SM17";
    Form no_account = receipt("sent");
    no_account.parameters.erase(no_account.parameters.begin() + 2);
    for (const Form& form : {disagreeing, no_sid, no_account})
        BOOST_TEST(post_signed(target, form).status == 204);
    BOOST_TEST(database.value("select string_agg(reason, ', ') from stray_receipts") ==
               "unclear SIDs, unclear SIDs, unclear SIDs");
    BOOST_TEST(message_status() == "pending");
    BOOST_TEST(receipts() == 0);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_request_line_with_an_absolute_url_is_accepted)
{
    const Form form = receipt("delivered");
    const std::string signature = sign(target, form);
    BOOST_TEST(post(service.origin() + target, webhooks::write_form(form), signature).status == 204);
    BOOST_TEST(message_status() == "delivered");
    BOOST_TEST(service.get("http://localhost/healthz").status == 200);
    BOOST_TEST(service.get("http://elsewhere.example/api/campaigns/sms/sample-csv").status == 421);
    BOOST_TEST(service.get("http://user@localhost/healthz").status == 400);
}

BOOST_AUTO_TEST_CASE(a_receipt_with_an_unknown_status_is_kept_and_moves_nothing)
{
    BOOST_TEST(post_signed(target, receipt("teleported")).status == 204);
    BOOST_TEST(message_status() == "pending");
    BOOST_TEST(database.value("select status from message_history where source = 'receipt'") == "teleported");
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(the_query_of_the_url_is_part_of_what_is_signed)
{
    const std::string with_query = target + "?shop=7&note=it%27s+%41&empty=";
    BOOST_TEST(post_signed(with_query, receipt("sent")).status == 204);
    BOOST_TEST(message_status() == "sent");
}

BOOST_AUTO_TEST_CASE(the_media_type_may_carry_parameters)
{
    const Form form = receipt("sent");
    const std::string type = "Application/X-WWW-Form-URLencoded; charset=utf-8";
    BOOST_TEST(post(target, webhooks::write_form(form), sign(target, form), type).status == 204);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(webhook_settings)

BOOST_AUTO_TEST_CASE(every_token_of_the_list_verifies)
{
    Fixture fixture(with_tokens({"the next token", "the current token"}));
    const Form form = receipt("sent");
    const std::string body = webhooks::write_form(form);
    for (const auto& [token, status] :
         {std::pair{"the next token", 204}, {"the current token", 204}, {RunningSimulator::auth_token, 403}})
        BOOST_TEST(fixture.post(fixture.target, body, fixture.sign(fixture.target, form, token)).status == status,
                   token);
    BOOST_TEST(fixture.service.metric("waybill_signatures_verified_total{token=\"1\"}") == 1);
    BOOST_TEST(fixture.service.metric("waybill_signatures_verified_total{token=\"2\"}") == 1);
}

BOOST_AUTO_TEST_CASE(the_public_url_is_the_one_that_is_configured)
{
    ServiceOptions options;
    options.settings.public_base_url = "http://localhost:9/waybill";
    Fixture fixture(options);
    const Form form = receipt("sent");
    const std::string signature =
        webhooks::SigningKey(RunningSimulator::auth_token).sign("http://localhost:9/waybill" + fixture.target, form);
    BOOST_TEST(fixture.post_signed(fixture.target, form).status == 403); // signed for the address that was asked
    BOOST_TEST(fixture.post(fixture.target, webhooks::write_form(form), signature).status == 204);
}

BOOST_AUTO_TEST_SUITE_END()
