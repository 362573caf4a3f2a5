#include "db/postgres/migrations.hpp"
#include "db/postgres/report_schema.hpp"
#include "db/reports/reports.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/report_data.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill;

namespace
{

struct KeysFixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    boost::asio::io_context context;
    db::SingleFigures single_figures{context.get_executor(), database};

    std::string schema_of_views() const
    {
        return postgres.value("select string_agg(distinct schemaname, ',') from pg_views "
                              "where viewname in ('costs_by_day', 'receipt_lag')");
    }
};

// Until the end of the test, whatever it throws.
struct OtherSchema
{
    explicit OtherSchema(const char* name) { db::use_report_schema(name); }
    ~OtherSchema() { db::use_report_schema("report"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(keys, KeysFixture)

BOOST_AUTO_TEST_CASE(each_table_has_a_key)
{
    BOOST_TEST(postgres.value("select string_agg(relname, ', ') from pg_class c "
                              "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
                              "and not exists (select from pg_index where indrelid = c.oid and indisprimary)") == "");
}

BOOST_AUTO_TEST_CASE(while_all_tables_are_published_messages_change_and_figures_are_folded)
{
    postgres.exec("set client_min_messages = error; create publication everything for all tables");
    test::fill(postgres);
    postgres.exec("update messages set status = 'delivered' where campaign_id is null and status = 'sent'");
    BOOST_TEST(postgres.number("select count(*) from single_moves") > 0);
    test::run(single_figures.fold());
    BOOST_TEST(postgres.number("select count(*) from single_moves") == 0);
    postgres.exec("update access_changes set version = version + 1; delete from privacy_check");
}

BOOST_AUTO_TEST_CASE(a_fold_that_the_database_refuses_is_no_passing_fault)
{
    postgres.exec("set client_min_messages = error; create publication everything for all tables; "
                  "alter table single_moves replica identity nothing");
    test::fill(postgres);
    const auto names_the_table = [](const std::exception& error) {
        return std::string(error.what()).find("single_moves") != std::string::npos &&
               dynamic_cast<const db::Unavailable*>(&error) == nullptr;
    };
    BOOST_CHECK_EXCEPTION(test::run(single_figures.fold()), std::exception, names_the_table);
}

BOOST_AUTO_TEST_CASE(the_schema_of_the_reports_has_the_name_of_the_setting_and_is_renamed_with_it)
{
    const test::TestDatabase other(test::TestDatabase::empty);
    other.exec("create schema report; create table report.theirs (n int)"); // of another program
    {
        const OtherSchema sales("sales");
        db::migrate(other.url());
        BOOST_TEST(other.number("select count(*) from sales.days") == 0);
        BOOST_TEST(other.number("select count(*) from missing_rights(current_user)") == 0);
        BOOST_TEST(db::migrate(other.url()) == 0);
    }
    const OtherSchema figures("order"); // a word of SQL
    db::migrate(other.url());
    db::migrate(postgres.url());
    BOOST_TEST(other.number("select count(*) from \"order\".days") == 0);
    BOOST_TEST(other.number("select count(*) from pg_namespace where nspname = 'sales'") == 0);
    BOOST_TEST(other.number("select count(*) from report.theirs") == 0);
    BOOST_TEST(schema_of_views() == "order");
    BOOST_TEST(postgres.number("select count(*) from missing_rights(current_user)") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
