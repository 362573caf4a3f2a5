#include "db/journal/ticket_numbers.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using db::TicketRow;

namespace
{

const std::vector<TicketRow> rows{{"a", "claims", 7, "2026-11-01 10:00:00 UTC"},
                                  {"a", "receipts", 40, "2026-11-01 10:00:02 UTC"},
                                  {"b", "claims", 3, "2026-11-01 09:00:00 UTC"}};

bool has(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ticket_numbers)

BOOST_AUTO_TEST_CASE(rows_that_have_all_that_was_confirmed_are_whole)
{
    const db::TicketNumbers each[] = {{}, {{"claims", 7}}, {{"claims", 5}, {"receipts", 40}}, {{"outcomes", 0}}};
    for (const db::TicketNumbers& confirmed : each)
        BOOST_TEST(db::describe_loss("a", confirmed, {}, rows) == "");
    BOOST_TEST(db::describe_loss("a", {}, {{{"b", "claims"}, 3}}, rows) == "");
}

BOOST_AUTO_TEST_CASE(a_row_that_is_lower_or_gone_is_a_loss_and_the_sentence_says_what_to_do)
{
    const std::string lower = db::describe_loss("a", {{"claims", 9}, {"receipts", 41}}, {}, rows);
    BOOST_TEST(has(lower, "3 commits of this Waybill that it had confirmed are missing"), lower);
    BOOST_TEST(has(lower, "of 2026-11-01 10:00:02 UTC"), lower);
    BOOST_TEST(has(lower, "Nothing is sent"), lower);
    BOOST_TEST(has(lower, "`waybill history accept`"), lower);
    const std::string gone = db::describe_loss("a", {{"outcomes", 1}}, {}, rows);
    BOOST_TEST(has(gone, "1 commit of this Waybill"), gone);
    BOOST_TEST(has(db::describe_loss("c", {{"claims", 1}}, {}, {}), "1 commit of this Waybill"));
}

BOOST_AUTO_TEST_CASE(what_another_process_had_committed_is_missed_as_well_unless_its_row_is_gone)
{
    const std::string lower = db::describe_loss("a", {}, {{{"b", "claims"}, 5}}, rows);
    BOOST_TEST(has(lower, "2 commits of other Waybills"), lower);
    BOOST_TEST(has(db::describe_loss("a", {{"claims", 8}}, {{{"b", "claims"}, 5}}, rows),
                   "1 commit of this Waybill and 2 of others"));
    BOOST_TEST(db::describe_loss("a", {}, {{{"c", "claims"}, 5}}, rows) == "");
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_read_again_and_what_is_damaged_is_not)
{
    const db::KeptTickets kept{"a2d6c9b0-0000-4000-8000-000000000001",
                               "p1",
                               {{"claims", 3}, {"outcomes", 0}, {"receipts", 12345678901}, {"replies", 9}},
                               4};
    const std::string text = db::write_tickets(kept);
    BOOST_TEST((db::read_tickets(text) == kept));
    for (const std::string& damaged :
         {std::string(), text.substr(0, 100), std::string(text.size(), '\0'), "x" + text.substr(1), text + " "})
        BOOST_TEST(!db::read_tickets(damaged));
}

BOOST_AUTO_TEST_CASE(a_file_from_before_replies_had_tickets_is_read)
{
    std::string text = "waybill-tickets-1 d1 p1 3 4 5 6 end";
    text.resize(255, ' ');
    const auto kept = db::read_tickets(text + "\n");
    BOOST_REQUIRE(kept);
    BOOST_TEST(kept->process == "p1");
    BOOST_TEST(kept->confirmed.at("receipts") == 5);
    BOOST_TEST(!kept->confirmed.contains("replies"));
    BOOST_TEST(kept->decision == 6);
}

BOOST_AUTO_TEST_CASE(processes_whose_rows_are_gone_are_named)
{
    const db::SeenTickets seen{
        {{"b", "claims"}, 5}, {{"c", "claims"}, 5}, {{"c", "receipts"}, 1}, {{"a", "claims"}, 1}};
    BOOST_TEST(db::missing_processes("a", seen, rows) == std::vector<std::string>{"c"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
