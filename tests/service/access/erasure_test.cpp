#include "db/journal/journal.hpp"
#include "db/postgres/privacy_key.hpp"
#include "server/api/contract/timestamps.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"
#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace waybill;
using test::RawReply;
using test::RunningSimulator;
using webhooks::Form;

namespace json = boost::json;

namespace
{

constexpr const char* number = "+12125550173";
constexpr const char* path = "/api/people/+12125550173";
constexpr const char* list = "customer_name,phone_number,last_order_date\n"
                             "Zebediah,+1 (212) 555-0173,2020-01-31\n"
                             "Zebediah Twice,212-555-0173,2020-01-31\n"
                             "Ana,+12125550174,2020-01-31\n";

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct Fixture
{
    test::TestDatabase database;
    test::TestDirectory journal, scratch;

    Fixture() { db::set_privacy_key(std::string(32, 'k')); }
    ~Fixture() { db::set_privacy_key(""); }

    test::ServiceOptions options() const
    {
        test::ServiceOptions options;
        options.settings.journal_dir = journal.path();
        return options;
    }

    static Form inbound(const std::string& sid, const std::string& body)
    {
        Form form;
        form.parameters = {{"MessageSid", sid}, {"AccountSid", RunningSimulator::account_sid},
                           {"From", number},    {"To", RunningSimulator::phone_number},
                           {"Body", body},      {"NumMedia", "0"}};
        return form;
    }

    static int post(const test::Service& service, const std::string& target, const Form& form)
    {
        const std::string signature =
            webhooks::SigningKey(RunningSimulator::auth_token).sign(service.origin() + target, form);
        return service
            .ask(test::request_with_body(
                target, {{"Content-Type", "application/x-www-form-urlencoded"}, {"X-Twilio-Signature", signature}},
                webhooks::write_form(form)))
            .status;
    }

    static int reply(const test::Service& service, char last, const std::string& body)
    {
        const std::string sid = std::string("SM0000000000000000000000000000000") + last;
        return post(service, "/webhooks/twilio/inbound", inbound(sid, body));
    }

    // A campaign that waits for tomorrow keeps the rows of its list, so that its text can be changed.
    void schedule(const test::Service& service) const
    {
        const auto tomorrow = std::chrono::system_clock::now() + std::chrono::days(1);
        test::CampaignUpload upload;
        upload.with("sendAt", api::to_iso8601(tomorrow)).with("message", "Tomorrow, {customer_name}").file(list);
        service.created(upload);
        BOOST_TEST(database.number("select count(*) from scheduled_rows") == 1);
    }

    // In the messages, their history, the rejected rows, the sample, the stored replies, the replies, the opt-outs.
    void make_known(test::Service& service) const
    {
        test::CampaignUpload upload;
        upload.file(list).header("Idempotency-Key", "a-campaign");
        const json::object created = service.created(upload);
        service.wait_until_final(created.at("campaignId").as_string());
        const RawReply single = service.ask(test::json_request(
            "/api/messages", {{"to", number}, {"body", "Dear Zebediah"}}, {{"Idempotency-Key", "a-message"}}));
        BOOST_TEST(single.status == 201, single.body);
        database.wait_until_outbox_is_empty();
        BOOST_TEST(reply(service, '1', "Zebediah says thanks") == 200);
        BOOST_TEST(reply(service, '2', "START") == 200);
        BOOST_TEST(reply(service, '3', "STOP") == 200);
        for (const char* sent : {"accepted", "sent"})
            test::wait_until("all messages are final", [&] {
                return database.number(std::string("select count(*) from messages where status = '") + sent + "'") == 0;
            });
        // What an endpoint has answered to events about them.
        database.exec(
            "with added as (insert into endpoints (url, description, secret, kinds) values ('', '', '', '{}') "
            "returning id) insert into deliveries (endpoint_id, number, order_key, state, attempts, answer) "
            "select added.id, m.id, m.id, 'failed', 1, 'No ' || recipient from added, messages m "
            "union all select id, 0, null, 'failed', 1, 'Zebediah?' from added");
    }

    db::Receipt receipt() const
    {
        db::Receipt receipt;
        receipt.message_id = database.number("select min(id) from messages where recipient = '+12125550173'");
        receipt.received_at = std::chrono::system_clock::now();
        receipt.message_sid =
            database.value("select sid from messages where id = " + std::to_string(receipt.message_id));
        receipt.account_sid = RunningSimulator::account_sid;
        receipt.status = "sent";
        receipt.extra_json = R"({"To":"+12125550173","From":"+15550109999"})";
        return receipt;
    }

    void put_into_journal(const db::Receipt& receipt) const
    {
        db::Journal store(journal.path(), 1 << 20);
        test::run(store.open());
        const std::vector<db::Receipt> receipts{receipt};
        test::run(store.append(receipts, nullptr));
    }

    std::string dump() const
    {
        const std::filesystem::path file = scratch.path() / "dump.sql";
        ::setenv("WAYBILL_DUMPED", database.url().c_str(), 1);
        const std::string command = "pg_dump --file='" + file.string() + "' \"$WAYBILL_DUMPED\"";
        BOOST_REQUIRE(std::system(command.c_str()) == 0);
        return content_of(file);
    }

    std::string journal_files() const
    {
        std::string all;
        for (const auto& entry : std::filesystem::directory_iterator(journal.path()))
            all += content_of(entry.path());
        return all;
    }

    static std::string found_in(const std::string& text)
    {
        for (const char* trace : {"12125550173", "555-0173", "Zebediah"})
            if (const auto at = text.find(trace); at != std::string::npos)
                return text.substr(text.rfind('\n', at) + 1, 300);
        return "";
    }

    std::string counters() const { return database.value("select string_agg(c::text, ';') from campaign_figures c"); }
};

Form read_form(const db::Receipt& receipt)
{
    Form form;
    form.parameters = {{"MessageSid", receipt.message_sid},
                       {"MessageStatus", "read"},
                       {"AccountSid", receipt.account_sid},
                       {"To", number},
                       {"From", "+15550109999"}};
    return form;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(erasure, Fixture)

BOOST_AUTO_TEST_CASE(nothing_of_an_erased_person_remains_in_a_scheduled_campaign)
{
    test::Service service(database, options());
    schedule(service);
    BOOST_TEST(found_in(dump()) != "");
    BOOST_TEST(service.ask(test::get_request(path, "DELETE")).status == 200);
    BOOST_TEST(found_in(dump()) == "");
    BOOST_TEST(database.number("select count(*) from messages where status = 'pending' and customer_name = 'Ana'") ==
               1);
}

BOOST_AUTO_TEST_CASE(nothing_of_an_erased_person_remains_and_the_opt_out_holds)
{
    db::Receipt late;
    {
        test::Service service(database, options());
        make_known(service);
        late = receipt();
    }
    put_into_journal(late);
    BOOST_TEST(found_in(dump()) != "");
    BOOST_TEST(found_in(journal_files()) != "");

    test::Service service(database, options());
    test::wait_until("the journal is replayed",
                     [&] { return service.get_json("/api/health").at("journaledReceipts").as_int64() == 0; });
    const json::object person = service.get_json(path);
    BOOST_TEST(person.at("optedOut").as_bool());
    BOOST_TEST(person.at("messages").as_array().size() == 2U);
    BOOST_TEST(person.at("replies").as_array().size() == 3U);
    const std::string before = counters();

    const RawReply erased = service.ask(test::get_request(path, "DELETE"));
    BOOST_REQUIRE_MESSAGE(erased.status == 200, erased.body);
    BOOST_TEST(erased.body == R"({"erasedMessages":2,"erasedReplies":3,"optedOut":true})");
    BOOST_TEST(counters() == before);
    BOOST_TEST(reply(service, '2', "START") == 200); // replayed
    BOOST_TEST(post(service, "/webhooks/twilio/status/" + std::to_string(late.message_id), read_form(late)) == 204);

    BOOST_TEST(database.number("select count(*) from messages where status = 'read'") == 1);
    BOOST_TEST(found_in(dump()) == "");
    BOOST_TEST(found_in(journal_files()) == "");
    BOOST_TEST(database.value("select string_agg(customer_name, ',') from messages where customer_name <> ''") ==
               "Ana");
    BOOST_TEST(database.number("select sum(delivered + read) from campaign_figures") == 2);
    BOOST_TEST(service.ask(test::json_request("/api/messages", {{"to", number}, {"body", "Hello"}})).status == 422);
    BOOST_TEST(service.get_json(path).at("optedOut").as_bool());
    const json::object preview = service.previewed(test::CampaignUpload().file(list));
    BOOST_TEST(json::serialize(preview).find("Opted out") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(receipts_that_wait_or_were_set_aside_lose_the_number_and_other_people_keep_their_rows)
{
    const char* const rejected = "customer_name,phone_number,last_order_date\n"
                                 "Zebediah,+1 (212) 555-0173,2020-01-31\n"
                                 "Zebediah Twice,212-555-0173,2020-01-31\n"
                                 "Ana,+44 1212 5550173,2020-01-31\n"
                                 "Bob,1212,5550173\n";
    {
        db::Journal store(journal.path(), 1 << 20);
        test::run(store.open());
        db::Receipt set_aside;
        set_aside.message_id = 1;
        set_aside.status = "sent";
        set_aside.extra_json = R"({"To":"+12125550173"})";
        const std::vector<db::Receipt> receipts{set_aside};
        test::run(store.append(receipts, nullptr));
        test::run(store.set_aside(1));
    }
    test::Service service(database, options());
    test::CampaignUpload upload;
    upload.file(rejected);
    service.wait_until_final(service.created(upload).at("campaignId").as_string());
    database.wait_until_outbox_is_empty();
    const std::int64_t others = database.number("select count(*) from rejected_rows where data::text ~ 'Ana|Bob'");
    BOOST_TEST(others >= 1);
    const RawReply erased = service.ask(test::get_request(path, "DELETE"));
    BOOST_REQUIRE_MESSAGE(erased.status == 200, erased.body);
    BOOST_TEST(found_in(journal_files()) == "");
    BOOST_TEST(database.number("select count(*) from rejected_rows where data::text ~ 'Zebediah'") == 0);
    BOOST_TEST(database.number("select count(*) from rejected_rows where data::text ~ 'Ana|Bob'") == others);
    BOOST_TEST(database.number("select count(*) from audit_log where action = 'person.erase'") == 1);
}

BOOST_AUTO_TEST_CASE(a_new_start_lifts_the_opt_out_of_an_erased_person)
{
    test::Service service(database, options());
    BOOST_TEST(reply(service, '1', "STOP") == 200);
    BOOST_TEST(service.ask(test::get_request(path, "DELETE")).status == 200);
    BOOST_TEST(reply(service, '2', "START") == 200);
    BOOST_TEST(!service.get_json(path).at("optedOut").as_bool());
}

BOOST_AUTO_TEST_CASE(pending_messages_are_canceled)
{
    test::Service service(database, options());
    const RawReply made = service.ask(
        test::json_request("/api/messages", {{"to", number}, {"body", "Hello"}, {"sendAt", test::tomorrow()}}));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.body);
    BOOST_TEST(service.ask(test::get_request(path, "DELETE")).status == 200);
    BOOST_TEST(database.value("select status || recipient || body from messages") == "canceled");
    BOOST_TEST(database.number("select count(*) from outbox") == 0);
}

BOOST_AUTO_TEST_CASE(without_the_right_key_nothing_is_erased)
{
    test::Service service(database, options());
    BOOST_TEST(service.ask(test::get_request(path, "DELETE")).status == 200);
    db::set_privacy_key(std::string(32, 'x'));
    BOOST_TEST(service.ask(test::get_request(path, "DELETE")).status == 409);
    db::set_privacy_key("");
    BOOST_TEST(service.ask(test::get_request(path, "DELETE")).status == 409);
}

BOOST_AUTO_TEST_SUITE_END()
