#include "tests/support/child_process.hpp"
#include "tests/support/database_proxy.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <unistd.h>

using namespace waybill;
using namespace waybill::test;

namespace
{

// WAYBILL_TEST_PGBOUNCER is another one than Debian's.
std::string pgbouncer_program()
{
    const char* other = std::getenv("WAYBILL_TEST_PGBOUNCER");
    return other != nullptr ? other : "/usr/sbin/pgbouncer";
}

const boost::unit_test::precondition has_pgbouncer([](auto) {
    return ::access(pgbouncer_program().c_str(), X_OK) == 0;
});

// Before 1.21, PgBouncer keeps prepared statements in a session alone.
bool keeps_statements_of_transactions()
{
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen((pgbouncer_program() + " --version").c_str(), "r"),
                                                       ::pclose);
    std::array<char, 64> line{};
    if (!output || std::fgets(line.data(), line.size(), output.get()) == nullptr) return false;
    int major = 0, minor = 0;
    std::sscanf(line.data(), "PgBouncer %d.%d", &major, &minor);
    return major > 1 || minor >= 21;
}

// config/deploy/pgbouncer.ini as it is shipped, in front of the test's database.
class Pooler
{
public:
    explicit Pooler(const TestDatabase& database) : database_(database)
    {
        server_.open();
        std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
        const auto users = directory_.path() / "userlist.txt", file = directory_.path() / "pgbouncer.ini";
        std::ofstream(users) << '"' << user_ << "\" \"\"\n";
        std::ofstream(file) << configuration(users);
        std::vector<std::string> command{pgbouncer_program(), file.string()};
        if (::geteuid() == 0) command = {pgbouncer_program(), "--user=nobody", file.string()};
        process_.emplace(command, std::map<std::string, std::string>(), directory_.path());
        wait_until("PgBouncer listens", [this] { return answers(); });
    }
    std::string url() const
    {
        return "host=127.0.0.1 port=" + std::to_string(port_.number()) +
               " sslmode=disable gssencmode=disable user=" + user_ + " dbname=" + name_;
    }

private:
    std::string configuration(const std::filesystem::path& users) const
    {
        std::ifstream shipped(source_path("config/deploy/pgbouncer.ini"));
        std::string text(std::istreambuf_iterator<char>(shipped), {});
        const std::string& url = server_.url(); // host=127.0.0.1 port=NUMBER ...
        const std::string server = url.substr(0, url.find(' ', url.find("port=")));
        const std::vector<std::pair<std::string, std::string>> changes{
            {"waybill = host=127.0.0.1 port=5432", name_ + " = " + server},
            {"listen_port = 6432",
             "listen_port = " + std::to_string(port_.number()) + "\nunix_socket_dir =\nso_reuseport = 0"},
            {"auth_type = scram-sha-256", "auth_type = trust"},
            {"/etc/pgbouncer/userlist.txt", users.string()}};
        for (const auto& [what, own] : changes)
            replace(text, what, own);
        if (keeps_statements_of_transactions()) return text;
        replace(text, "max_prepared_statements = 400\n", "");
        replace(text, "pool_mode = transaction", "pool_mode = session");
        return text;
    }
    static void replace(std::string& text, const std::string& what, const std::string& own)
    {
        if (text.find(what) == std::string::npos) throw std::runtime_error("pgbouncer.ini has lost: " + what);
        boost::algorithm::replace_all(text, what, own);
    }
    bool answers() const
    {
        try {
            const TestDatabase through(TestDatabase::Existing{url()});
            return through.value("select 1") == "1";
        }
        catch (const std::exception&) {
            return false;
        }
    }

    const TestDatabase& database_;
    DatabaseProxy server_{database_}; // whose socket the pooler's user may not reach
    const std::string user_ = database_.value("select current_user");
    const std::string name_ = database_.value("select current_database()");
    ReservedPort port_;
    TestDirectory directory_;
    std::optional<ChildProcess> process_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(pooler, *has_pgbouncer)

BOOST_AUTO_TEST_CASE(two_waybills_behind_pgbouncer_migrate_send_and_store_receipts)
{
    const TestDatabase database(TestDatabase::empty);
    const Pooler pgbouncer(database);
    RunningSimulator twilio;
    const std::map<std::string, std::string> settings{
        {"DATABASE_URL", pgbouncer.url()}, {"DATABASE_POOLER", "transaction"}, {"MESSAGES_PER_SECOND", "500"}};
    ServeProcess first(database, twilio, settings), second(database, twilio, settings);
    first.begin();
    second.begin();
    first.wait_until_ready();
    second.wait_until_ready();
    constexpr int patrons = 300;
    for (const ServeProcess* waybill : {&first, &second})
        BOOST_TEST(waybill->create(CampaignUpload().header("Prefer", "respond-async").file(lapsed_customers(patrons)))
                       .status == 202);
    database.wait_until_outbox_is_empty();
    twilio.wait_until_quiet();
    wait_until("every receipt is stored", [&] {
        return database.number(
                   "select count(*) from messages where status in ('delivered', 'undelivered', 'failed')") ==
               2 * patrons;
    });
    BOOST_TEST(twilio.ledger().size() == static_cast<std::size_t>(2 * patrons));
    BOOST_TEST(database.counter_faults() == "");
    BOOST_TEST(first.get("/api/reports/overview").status == 200);
    BOOST_TEST(first.terminate() == 0);
    BOOST_TEST(second.terminate() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
