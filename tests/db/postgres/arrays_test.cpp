#include "db/postgres/arrays.hpp"

#include "db/postgres/libpqxx.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <limits>

namespace
{

using namespace waybill;

struct Fixture
{
    test::TestDatabase postgres;
    pqxx::connection connection{postgres.url()};
    int statements = 0; // prepared

    // The array as PostgreSQL has read it.
    std::string read(db::BinaryArray& array, const std::string& type)
    {
        pqxx::work session(connection);
        session.exec("set local timezone = 'UTC'");
        const std::string name = "read_" + std::to_string(++statements);
        db::prepare_now(connection, name, "select $1::" + type + "[]::text");
        return db::exec_prepared(session, name.c_str(), array.take()).at(0).at(0).as<std::string>();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(binary_arrays, Fixture)

BOOST_AUTO_TEST_CASE(postgres_reads_what_was_added)
{
    db::BigintArray bigints;
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::min()})
        bigints.add(number);
    BOOST_TEST(read(bigints, "bigint") == "{0,-1,9223372036854775807,-9223372036854775808}");

    db::IntegerArray integers;
    integers.add(30003);
    integers.add(std::nullopt);
    integers.add(-2147483648);
    BOOST_TEST(read(integers, "int") == "{30003,NULL,-2147483648}");

    db::TimestampArray times;
    times.add(std::chrono::sys_days{std::chrono::year{2026} / 11 / 1} + std::chrono::microseconds(1));
    times.add(std::chrono::sys_days{std::chrono::year{1999} / 12 / 31} + std::chrono::hours(12));
    BOOST_TEST(read(times, "timestamptz") == R"({"2026-11-01 00:00:00.000001+00","1999-12-31 12:00:00+00"})");

    db::TextArray texts;
    texts.add_or_null("Zoë \"Z\" \\");
    texts.add_or_null("");
    texts.add_or_null("NULL");
    BOOST_TEST(read(texts, "text") == R"({"Zoë \"Z\" \\",NULL,"NULL"})");

    db::JsonbArray jsons;
    jsons.add_or_null("");
    jsons.add_or_null(R"({"a":1})");
    BOOST_TEST(read(jsons, "jsonb") == R"({NULL,"{\"a\": 1}"})");
}

BOOST_AUTO_TEST_CASE(a_taken_array_begins_anew)
{
    db::BigintArray numbers;
    BOOST_TEST(read(numbers, "bigint") == "{}");
    numbers.add(1);
    BOOST_TEST(read(numbers, "bigint") == "{1}");
    numbers.add(2);
    BOOST_TEST(read(numbers, "bigint") == "{2}");
}

BOOST_AUTO_TEST_SUITE_END()
