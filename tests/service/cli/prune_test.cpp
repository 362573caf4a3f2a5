#include "server/cli/commands.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace waybill;

namespace
{

struct Fixture
{
    test::TestDatabase database;
    std::ostringstream out;

    int prune(const std::vector<std::string>& arguments)
    {
        config::Settings settings;
        settings.database_url = database.url();
        return cli::run_prune(settings, arguments, out);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(prune, Fixture)

BOOST_AUTO_TEST_CASE(it_says_what_it_removed)
{
    database.exec("select create_history_partitions('2026-01-01', 1); "
                  "insert into message_history (message_id, received_at, source, status, fingerprint) values "
                  "(message_id_at('2026-01-31 12:00Z'), now(), 'receipt', 'sent', 1), "
                  "(message_id_at('2025-01-31 12:00Z'), now(), 'receipt', 'sent', 1), (message_id_at(now()), now(), "
                  "'receipt', 'sent', 1)");
    BOOST_TEST(prune({"--before", "2026-02-01"}) == 0);
    BOOST_TEST(out.str() == "dropped message_history_2026_01\ndeleted 1 history entries and 0 stray receipts\n");
    BOOST_TEST(database.number("select count(*) from message_history") == 1);
}

BOOST_AUTO_TEST_CASE(before_there_were_messages_there_is_nothing_to_remove)
{
    database.exec("insert into message_history (message_id, received_at, source, status, fingerprint) "
                  "values (message_id_at(now()), now(), 'receipt', 'sent', 1)");
    for (const char* day : {"0001-01-01", "1500-01-01", "1969-12-31"})
        BOOST_TEST(prune({"--before", day}) == 0);
    BOOST_TEST(database.number("select count(*) from message_history") == 1);
}

BOOST_AUTO_TEST_CASE(it_wants_a_day_that_has_come)
{
    const std::vector<std::string> wrong[] = {{},
                                              {"--before"},
                                              {"--before", "yesterday"},
                                              {"--before", "2026-02-30"},
                                              {"--after", "2026-02-01"},
                                              {"--before", "2999-01-01"}};
    for (const auto& arguments : wrong)
        BOOST_TEST(prune(arguments) == 2);
}

BOOST_AUTO_TEST_SUITE_END()
