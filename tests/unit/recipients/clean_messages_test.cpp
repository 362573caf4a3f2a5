#include "server/recipients/rows/clean_messages.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill;

namespace
{

db::Recipient cleaned(const std::string& body, bool plain)
{
    db::Recipient recipient;
    recipient.body = body;
    recipient.segments = 7;
    recipients::clean_message(recipient, plain);
    return recipient;
}

} // namespace

BOOST_AUTO_TEST_SUITE(clean_messages)

BOOST_AUTO_TEST_CASE(line_breaks_of_cells_count_as_one_character)
{
    const db::Recipient recipient = cleaned(std::string(79, 'x') + "\r\n" + std::string(80, 'y'), false);
    BOOST_TEST(recipient.body.size() == 160U);
    BOOST_TEST(recipient.segments == 1);
}

BOOST_AUTO_TEST_CASE(look_alikes_are_replaced_when_that_is_asked_for)
{
    const std::string name = "Hi O\u2019Connor\u00A0" + std::string(100, 'x');
    BOOST_TEST(cleaned(name, false).body == name);
    BOOST_TEST(cleaned(name, true).body == "Hi O'Connor " + std::string(100, 'x'));
    BOOST_TEST(cleaned(name, true).segments == 1);
    BOOST_TEST(cleaned("Zo\u00EB", true).body == "Zo\u00EB");
}

BOOST_AUTO_TEST_CASE(a_message_without_such_characters_stays_as_it_is)
{
    BOOST_TEST(cleaned("Hi Ann\n", true).body == "Hi Ann\n");
    BOOST_TEST(cleaned("Hi Ann", true).segments == 7); // not counted again
}

BOOST_AUTO_TEST_CASE(only_messages_that_are_sent_are_cleaned_batch_by_batch)
{
    int asked = 0;
    const db::NextBatch next = recipients::with_clean_messages(
        [&asked](db::RecipientBatch& batch) {
            batch.recipients.clear();
            for (const bool lapsed : {true, false}) {
                db::Recipient recipient;
                recipient.lapsed = lapsed;
                recipient.body = "a\rb";
                batch.recipients.push_back(std::move(recipient));
            }
            return ++asked < 2;
        },
        false);
    db::RecipientBatch batch;
    BOOST_TEST(next(batch));
    BOOST_TEST(batch.recipients[0].body == "a\nb");
    BOOST_TEST(batch.recipients[1].body == "a\rb");
    BOOST_TEST(!next(batch));
}

BOOST_AUTO_TEST_SUITE_END()
