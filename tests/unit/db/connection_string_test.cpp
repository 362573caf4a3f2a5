#include "db/postgres/connection_string.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

using namespace waybill;

namespace
{

bool requires_tls(const std::string& url)
{
    return db::connection_string(url, std::chrono::seconds(1)).find("sslmode='require'") != std::string::npos;
}

struct Environment
{
    Environment() { clear(); }
    ~Environment() { clear(); }
    static void clear()
    {
        for (const char* name : {"PGHOST", "PGHOSTADDR", "PGSSLMODE"})
            ::unsetenv(name);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(connection_strings, Environment)

BOOST_AUTO_TEST_CASE(a_database_on_another_machine_is_reached_with_tls_unless_its_url_says_otherwise)
{
    const std::vector<std::pair<std::string, bool>> cases = {
        {"postgresql:///waybill", false},
        {"postgresql://127.0.0.1:5433/waybill", false},
        {"postgresql://[::1]/waybill", false},
        {"postgresql://localhost/waybill", false},
        {"postgresql://waybill@%2Frun%2Fpostgresql/waybill", false},
        {"postgresql://db.example.com/waybill", true},
        {"host=10.0.0.5 dbname=waybill", true},
        {"host=localhost hostaddr=10.0.0.5", true},
        {"host=db.example.com hostaddr=127.0.0.1", false},
        {"postgresql://localhost,db.example.com/waybill", true},
        {"postgresql://db.example.com/waybill?sslmode=verify-full", false},
        {"postgresql://db.example.com/waybill?sslmode=disable", false},
    };
    for (const auto& [url, expected] : cases)
        BOOST_TEST(requires_tls(url) == expected, url);
}

BOOST_AUTO_TEST_CASE(only_without_a_pooler_must_a_session_say_at_the_start_that_it_may_write)
{
    const auto has = [](const std::string& url, db::Pooler pooler, const std::string& wanted) {
        const db::SessionOptions options{.statement_timeout = std::chrono::seconds(1), .pooler = pooler};
        return db::connection_string(url, options).find("target_session_attrs='" + wanted + "'") != std::string::npos;
    };
    const std::string plain = "postgresql:///waybill", explicit_one = plain + "?target_session_attrs=primary";
    BOOST_TEST(has(plain, db::Pooler::none, "read-write"));
    BOOST_TEST(has(plain, db::Pooler::transaction, "any"));
    for (const db::Pooler pooler : {db::Pooler::none, db::Pooler::transaction})
        BOOST_TEST(has(explicit_one, pooler, "primary"));
}

BOOST_AUTO_TEST_CASE(a_url_that_permits_clear_text_to_another_machine_is_named_with_its_hosts)
{
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"postgresql:///waybill?sslmode=disable", ""},
        {"postgresql://127.0.0.1/waybill?sslmode=disable", ""},
        {"host=/run/postgresql sslmode=prefer", ""},
        {"host=@abstract sslmode=allow", ""},
        {"postgresql://db.example.com/waybill", ""},
        {"postgresql://db.example.com/waybill?sslmode=require", ""},
        {"postgresql://db.example.com/waybill?sslmode=verify-ca", ""},
        {"postgresql://me:secret@db.example.com/waybill?sslmode=prefer", "db.example.com"},
        {"postgresql://db.example.com/waybill?sslmode=allow", "db.example.com"},
        {"postgresql://localhost,10.0.0.5,db.example.com/waybill?sslmode=disable", "10.0.0.5, db.example.com"},
        {"host=localhost,localhost hostaddr=,10.0.0.5 sslmode=disable", "10.0.0.5"},
    };
    for (const auto& [url, hosts] : cases) {
        const std::string fault = db::clear_text_fault(url).value_or("");
        BOOST_TEST(fault.empty() == hosts.empty(), url << ": " << fault);
        if (!hosts.empty())
            BOOST_TEST(fault.find("reach " + hosts + " in clear text") != std::string::npos, url << ": " << fault);
        BOOST_TEST(fault.find("secret") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(what_libpq_takes_from_the_environment_counts_too)
{
    ::setenv("PGHOST", "db.example.com", 1);
    BOOST_TEST(requires_tls("postgresql:///waybill"));
    ::setenv("PGSSLMODE", "prefer", 1);
    BOOST_TEST(!requires_tls("postgresql:///waybill"));
    BOOST_TEST(db::clear_text_fault("postgresql:///waybill").has_value());
    BOOST_TEST(!db::clear_text_fault("postgresql://localhost/waybill").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
