#include "db/types/message_status.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace waybill::db;

BOOST_AUTO_TEST_SUITE(message_status)

BOOST_AUTO_TEST_CASE(every_status_has_its_name_rank_and_end)
{
    struct Row
    {
        MessageStatus status;
        std::string name;
        int rank;
        bool is_final;
    };
    const std::vector<Row> table{
        {MessageStatus::pending, "pending", 0, false},
        {MessageStatus::sending, "sending", 1, false},
        {MessageStatus::unknown, "unknown", 2, false},
        {MessageStatus::accepted, "accepted", 3, false},
        {MessageStatus::sent, "sent", 4, false},
        {MessageStatus::delivered, "delivered", 5, true},
        {MessageStatus::undelivered, "undelivered", 5, true},
        {MessageStatus::failed, "failed", 5, true},
        {MessageStatus::canceled, "canceled", 5, true},
        {MessageStatus::read, "read", 6, true},
    };
    BOOST_CHECK_EQUAL(table.size(), all_message_statuses.size());
    for (const Row& row : table) {
        BOOST_TEST_CONTEXT(row.name)
        {
            BOOST_CHECK_EQUAL(name_of(row.status), row.name);
            BOOST_CHECK(parse_message_status(row.name) == row.status);
            BOOST_CHECK_EQUAL(rank_of(row.status), row.rank);
            BOOST_CHECK_EQUAL(is_final(row.status), row.is_final);
        }
    }
}

BOOST_AUTO_TEST_CASE(other_names_are_no_status)
{
    for (const char* name : {"", "Pending", "queued", "delivered "})
        BOOST_CHECK(!parse_message_status(name));
}

BOOST_AUTO_TEST_CASE(the_words_of_twilio_have_their_place)
{
    for (const char* word : {"accepted", "scheduled", "queued", "sending"})
        BOOST_CHECK(from_twilio_status(word) == MessageStatus::accepted);
    const std::vector<std::pair<std::string, MessageStatus>> table{
        {"sent", MessageStatus::sent},         {"delivered", MessageStatus::delivered},
        {"failed", MessageStatus::failed},     {"undelivered", MessageStatus::undelivered},
        {"canceled", MessageStatus::canceled}, {"read", MessageStatus::read}};
    for (const auto& [word, status] : table)
        BOOST_CHECK_MESSAGE(from_twilio_status(word) == status, word);
}

BOOST_AUTO_TEST_CASE(words_that_move_nothing_are_empty)
{
    for (const char* word : {"", "pending", "unknown", "received", "partially_delivered", "Sent"})
        BOOST_CHECK_MESSAGE(!from_twilio_status(word), word);
}

BOOST_AUTO_TEST_SUITE_END()
