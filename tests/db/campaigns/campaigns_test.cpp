#include "db/campaigns/campaigns.hpp"

#include "db/messages/messages.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace
{

using namespace waybill;

db::Recipient recipient(std::int64_t row, const std::string& phone, bool lapsed = true)
{
    db::Recipient made;
    made.row = row;
    made.phone_number = phone;
    made.customer_name = "Zoë \t\"Quote\" \\N";
    made.lapsed = lapsed;
    made.body = lapsed ? "Hi Zoë\n\t\\" : "";
    made.segments = lapsed ? 2 : 0;
    made.data_json = R"({"customer_name":"Zoë","phone_number":")" + phone + "\"}";
    return made;
}

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Campaigns campaigns{database, database};

    static db::NewCampaign campaign(const std::string& public_id = "sms_1_abcdef")
    {
        db::NewCampaign made;
        made.public_id = public_id;
        made.name = "Spring";
        made.restaurant_name = "Luigi's";
        made.offer_code = "SAVE20";
        made.price_per_segment = 75;
        return made;
    }
    static db::NextBatch batch(db::RecipientBatch whole)
    {
        return [whole](db::RecipientBatch& to) {
            to = whole;
            return false;
        };
    }
    db::CreateResult create(db::NewCampaign made, db::NextBatch next)
    {
        return test::run(campaigns.create(std::move(made), std::move(next)));
    }
    std::int64_t rows_of_all_tables()
    {
        return postgres.number("select (select count(*) from campaigns) + (select count(*) from messages) + "
                               "(select count(*) from outbox) + (select count(*) from rejected_rows) + "
                               "(select count(*) from idempotency_keys)");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(campaigns, Fixture)

BOOST_AUTO_TEST_CASE(an_upload_is_stored_whole_text_for_text)
{
    const db::RejectedRow bad{2, db::RejectReason::phone_number, "Invalid phone number format", R"({"a":"b"})"};
    const auto result =
        create(campaign(), batch({{recipient(1, "+15550100001"), recipient(3, "+15550100003", false)}, {bad}}));
    const auto& created = std::get<db::CreatedCampaign>(result);
    BOOST_TEST(created.intake.valid == 2);
    BOOST_TEST(created.intake.lapsed == 1);
    BOOST_TEST(created.intake.rejected == 1);
    BOOST_TEST(postgres.value("select body from messages") == "Hi Zoë\n\t\\");
    BOOST_TEST(postgres.value("select customer_name from messages") == "Zoë \t\"Quote\" \\N");
    BOOST_TEST(postgres.number("select count(*) from outbox") == 1);
    const auto found = test::run(campaigns.find("sms_1_abcdef"));
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->total == 1);
    BOOST_TEST(found->total_segments == 2);
    BOOST_TEST(found->count(db::MessageStatus::pending) == 1);
    const auto rejected = test::run(campaigns.first_rejected(created.id, 100));
    BOOST_TEST(rejected.at(0).data_json == R"({"a":"b"})");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(postgres_knows_the_size_of_a_large_upload_when_it_is_seen)
{
    const auto known = [&](const std::string& table) {
        return postgres.number("select reltuples::bigint from pg_class where oid = '" + table + "'::regclass");
    };
    const auto upload = [&](const std::string& public_id, int rows) {
        db::RecipientBatch whole;
        for (int row = 1; row <= rows; ++row)
            whole.recipients.push_back(recipient(row, "+1555" + std::to_string(1'000'000 + row)));
        create(campaign(public_id), batch(std::move(whole)));
    };
    for (const char* table : {"messages", "outbox"})
        postgres.exec(std::string("alter table ") + table + " set (autovacuum_enabled = off)");
    postgres.exec("analyze");
    upload("sms_1_small", 100);
    BOOST_TEST(known("messages") == 0);
    upload("sms_1_large", 1'500);
    BOOST_TEST(known("messages") == 1'600);
    BOOST_TEST(known("outbox") == 1'600);
    upload("sms_1_tenth", 160);
    BOOST_TEST(known("messages") == 1'600);
    upload("sms_1_more", 161);
    BOOST_TEST(known("messages") == 1'921);
}

BOOST_AUTO_TEST_CASE(a_recipient_who_opted_out_is_rejected_in_row_order)
{
    postgres.exec("insert into opt_outs (phone_number, source) values ('+15550100001', 'test')");
    const db::RejectedRow bad{2, db::RejectReason::date, "Invalid date format", "{}"};
    const auto result =
        create(campaign(), batch({{recipient(1, "+15550100001"), recipient(3, "+15550100003")}, {bad}}));
    const auto& intake = std::get<db::CreatedCampaign>(result).intake;
    BOOST_TEST(intake.opted_out == 1);
    BOOST_TEST(intake.rejected == 2);
    BOOST_TEST(intake.valid == 1);
    BOOST_TEST(intake.first_rejected.at(0).message == "Opted out");
    BOOST_TEST(postgres.number("select count(*) from messages") == 1);
}

BOOST_AUTO_TEST_CASE(an_upload_that_breaks_off_leaves_nothing_behind)
{
    int calls = 0;
    const db::NextBatch breaks = [&calls](db::RecipientBatch& to) -> bool {
        if (++calls == 3) throw std::runtime_error("broken");
        to.recipients.push_back(recipient(calls, "+1555010000" + std::to_string(calls)));
        return true;
    };
    BOOST_CHECK_THROW(create(campaign(), breaks), std::runtime_error);
    BOOST_TEST(rows_of_all_tables() == 0);
}

BOOST_AUTO_TEST_CASE(an_upload_without_a_valid_row_leaves_nothing_behind)
{
    const db::RejectedRow bad{1, db::RejectReason::date, "Invalid date format", "{}"};
    BOOST_TEST(std::holds_alternative<db::NoValidRows>(create(campaign(), batch({{}, {bad}}))));
    BOOST_TEST(rows_of_all_tables() == 0);
}

BOOST_AUTO_TEST_CASE(a_budget_is_kept_in_whole_segments)
{
    db::NewCampaign dear = campaign();
    dear.max_cost = 149;
    create(dear, batch({{recipient(1, "+15550100001")}, {}}));
    BOOST_TEST(postgres.number("select segments_left from campaign_budgets") == 1);
    const auto found = test::run(campaigns.find("sms_1_abcdef"));
    BOOST_TEST(found.value().max_cost.value() == 149);
    BOOST_TEST(found->budget_left.value() == 75);
}

BOOST_AUTO_TEST_CASE(what_costs_nothing_has_no_budget)
{
    db::NewCampaign gift = campaign();
    gift.price_per_segment = 0;
    gift.max_cost = 149;
    create(gift, batch({{recipient(1, "+15550100001")}, {}}));
    BOOST_TEST(postgres.number("select count(*) from campaign_budgets") == 0);
    BOOST_TEST(!test::run(campaigns.find("sms_1_abcdef")).value().budget_left.has_value());
}

BOOST_AUTO_TEST_CASE(quiet_hours_are_kept_with_their_time_zone)
{
    db::NewCampaign polite = campaign();
    polite.quiet_hours = db::QuietHours{"00:00", "23:59", "Asia/Kolkata"};
    create(polite, batch({{recipient(1, "+15550100001")}, {}}));
    const auto found = test::run(campaigns.find("sms_1_abcdef"));
    const db::QuietHours& quiet = found.value().quiet_hours.value();
    BOOST_TEST(quiet.from == "00:00");
    BOOST_TEST(quiet.until == "23:59");
    BOOST_TEST(quiet.time_zone == "Asia/Kolkata");
    BOOST_TEST(test::run(campaigns.knows_time_zone("Asia/Kolkata")));
    for (const char* unknown : {"Asia/Atlantis", "Nowhere5", ""})
        BOOST_TEST(!test::run(campaigns.knows_time_zone(unknown)), unknown);
}

BOOST_AUTO_TEST_CASE(campaigns_of_one_sender_share_its_pace_in_turns)
{
    const auto ahead = [&](const std::string& id) { return test::run(campaigns.find(id)).value().segments_ahead; };
    test::make_campaign(postgres, 100, "sms_1_large");
    test::make_campaign(postgres, 3, "sms_2_small");
    test::make_campaign(postgres, 50, "sms_3_later");
    test::make_campaign(postgres, 50, "sms_4_other");
    postgres.exec("update campaigns set send_at = now() + interval '1 hour' where public_id = 'sms_3_later'");
    postgres.exec("update campaigns set sender = '+15005550007' where public_id = 'sms_4_other'");
    BOOST_TEST(ahead("sms_1_large") == 103);
    BOOST_TEST(ahead("sms_2_small") == 6);
    BOOST_TEST(ahead("sms_4_other") == 50);
    postgres.exec("update campaigns set total_segments = 200 where public_id = 'sms_1_large'");
    BOOST_TEST(ahead("sms_2_small") == 9);
    postgres.exec("update campaigns set status = 'paused' where public_id = 'sms_1_large'");
    BOOST_TEST(ahead("sms_1_large") == 0);
    BOOST_TEST(ahead("sms_2_small") == 3);
}

BOOST_AUTO_TEST_CASE(a_sending_campaign_tells_why_its_sender_or_the_account_holds_it_up)
{
    test::make_campaign(postgres, 1);
    const auto reason = [&] { return test::run(campaigns.find("sms_1_test01")).value().hold_reason; };
    BOOST_TEST(reason() == "");
    postgres.exec("insert into senders (sender, paused_at, pause_reason) values ('+15005550006', now(), 'bad sender'), "
                  "('+15005550007', now(), 'another')");
    BOOST_TEST(reason() == "bad sender");
    postgres.exec("insert into senders (sender, paused_at, pause_reason) values ('*', now(), 'no funds')");
    BOOST_TEST(reason() == "no funds");
    postgres.exec("update senders set paused_at = null");
    BOOST_TEST(reason() == "");
}

BOOST_AUTO_TEST_CASE(a_campaign_of_customers_who_all_ordered_lately_is_complete_at_once)
{
    create(campaign(), batch({{recipient(1, "+15550100001", false)}, {}}));
    const auto found = test::run(campaigns.find("sms_1_abcdef"));
    BOOST_TEST(found.value().status == "completed");
    BOOST_TEST(found->completed_at.has_value());
}

BOOST_AUTO_TEST_CASE(the_same_key_with_the_same_request_makes_one_campaign)
{
    db::NewCampaign keyed = campaign();
    keyed.idempotency = db::IdempotencyKey{"key-1", [] { return std::string("fingerprint"); }};
    create(keyed, batch({{recipient(1, "+15550100001")}, {}}));
    test::run(campaigns.store_reply("key-1", "{\"first\":true}"));
    keyed.public_id = "sms_2_second";
    const auto repeated = create(keyed, batch({{recipient(1, "+15550100001")}, {}}));
    BOOST_TEST(std::get<db::RepeatedRequest>(repeated).public_id == "sms_1_abcdef");
    BOOST_TEST(std::get<db::RepeatedRequest>(repeated).reply == "{\"first\":true}");
    keyed.idempotency->fingerprint = [] { return std::string("another"); };
    BOOST_TEST(std::holds_alternative<db::KeyConflict>(create(keyed, batch({{recipient(1, "+15550100001")}, {}}))));
    BOOST_TEST(postgres.number("select count(*) from campaigns") == 1);
}

BOOST_AUTO_TEST_CASE(a_failed_request_does_not_use_up_its_key)
{
    db::NewCampaign keyed = campaign();
    keyed.idempotency = db::IdempotencyKey{"key-1", [] { return std::string("fingerprint"); }};
    create(keyed, batch({{}, {}}));
    BOOST_TEST(std::holds_alternative<db::CreatedCampaign>(create(keyed, batch({{recipient(1, "+15550100001")}, {}}))));
}

BOOST_AUTO_TEST_CASE(lists_are_newest_first_and_paged_by_key)
{
    for (const char* id : {"sms_1_a", "sms_2_b", "sms_3_c"})
        test::make_campaign(postgres, 1, id);
    const auto first = test::run(campaigns.list(2, std::nullopt));
    BOOST_TEST(first.campaigns.at(0).public_id == "sms_3_c");
    BOOST_TEST(first.campaigns.size() == 2U);
    const auto second = test::run(campaigns.list(2, first.next));
    BOOST_TEST(second.campaigns.at(0).public_id == "sms_1_a");
    BOOST_TEST(!second.next.has_value());
}

BOOST_AUTO_TEST_CASE(messages_are_paged_in_the_order_of_the_upload_and_filtered_by_status_and_number)
{
    const auto campaign = test::make_campaign(postgres, 5);
    db::Messages messages(database);
    const auto first = test::run(messages.of_campaign(campaign.id, {}, 3, std::nullopt));
    const auto second = test::run(messages.of_campaign(campaign.id, {}, 3, first.next));
    BOOST_TEST(first.messages.size() == 3U);
    BOOST_TEST(second.messages.size() == 2U);
    BOOST_TEST(second.messages.at(1).message.row == 5);
    BOOST_TEST(!second.next.has_value());
    const db::MessageFilter sent{db::MessageStatus::sent, "", ""}, fourth{std::nullopt, "+15550100003", ""};
    BOOST_TEST(test::run(messages.of_campaign(campaign.id, sent, 3, std::nullopt)).messages.empty());
    const auto found = test::run(messages.of_campaign(campaign.id, fourth, 3, std::nullopt));
    BOOST_REQUIRE(found.messages.size() == 1U);
    BOOST_TEST(found.messages.at(0).message.row == 4);
}

BOOST_AUTO_TEST_SUITE_END()
