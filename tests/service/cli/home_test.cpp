#include "tests/support/directory.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace waybill;

namespace
{

// What server/run does before it starts Waybill, in a tree of its own.
struct Tree
{
    test::TestDirectory scratch;

    // Standard output of the pieces; standard error goes to that of the tests.
    std::string run(const std::string& commands) const
    {
        const std::string script = (scratch.path() / "script").string();
        std::ofstream(script) << "set -euo pipefail\nsource " << test::source_path("config/setup.sh").string()
                              << "\nsource " << test::source_path("server/home.sh").string()
                              << "\nsources=$root root=" << scratch.path().string()
                              << "/tree system_home=" << scratch.path().string()
                              << "/system\nmkdir -p $root/.waybill $root/build; chmod 755 " << scratch.path().string()
                              << "\ninstall -m 755 /bin/true $root/build/waybill\n"
                              << "settle() { choose_home; owner=$user; settle_home; }\n"
                              << "modes() { (cd \"$1\" && stat -c '%n %U %a' \"${@:2}\"); }\n"
                              << commands;
        std::FILE* output = ::popen(("bash " + script).c_str(), "r");
        std::string said;
        std::array<char, 256> part{};
        while (std::fgets(part.data(), part.size(), output) != nullptr)
            said += part.data();
        BOOST_TEST(::pclose(output) == 0, said);
        return said;
    }
};

bool is_root()
{
    if (::geteuid() == 0) return true;
    BOOST_TEST_MESSAGE("needs root");
    return false;
}

constexpr const char* altered_roles = R"(postgres t
waybill f
waybill_owner f
0700 0700
1 kept
)";

} // namespace

BOOST_FIXTURE_TEST_SUITE(home, Tree)

BOOST_AUTO_TEST_CASE(root_gives_way_to_one_user_in_a_tree_that_the_user_can_reach)
{
    if (!is_root()) return;
    BOOST_TEST(
        run("umask 022; echo PORT=1 >$root/.env; mkdir -p $root/.waybill/journal\n"
            "settle 2>/dev/null; echo $user ${home#$root/} ${program#$root/} ${directory#$root} ${WAYBILL_SETTINGS:-}\n"
            "modes $home journal privacy-key\n"
            "choose_dropped; setpriv \"${dropped[@]}\" sh -c 'id -un; id -G | wc -w; echo $HOME' | sed "
            "\"s#$root##\"\n") == "postgres .waybill build/waybill\n"
                                  "journal postgres 700\nprivacy-key postgres 600\n"
                                  "postgres\n2\n/.waybill\n");
}

BOOST_AUTO_TEST_CASE(settings_that_root_alone_may_read_are_copied_for_the_user_alone)
{
    if (!is_root()) return;
    BOOST_TEST(run("echo 'PORT=1' >$root/.env; chmod 600 $root/.env\n"
                   "settle 2>/dev/null; echo ${directory#$root/} ${WAYBILL_SETTINGS#$root/}\n"
                   "modes $home settings; sed \"s#=$root/#=#\" $home/settings\n") ==
               ".waybill .waybill/settings\nsettings postgres 600\n"
               "JOURNAL_DIR=.waybill/journal\nPRIVACY_KEY=.waybill/privacy-key\nPORT=1\n");
}

BOOST_AUTO_TEST_CASE(what_the_user_cannot_reach_is_moved_once)
{
    if (!is_root()) return;
    BOOST_TEST(run("mkdir $root/.waybill/journal; echo receipts >$root/.waybill/journal/receipts.sqlite\n"
                   "echo key >$root/.waybill/privacy-key; chmod 700 $root\n"
                   "for round in 1 2; do settle 2>/dev/null; done\n"
                   "[[ $home == $system_home/$(hash_of $root) && $program == $home/waybill && $directory == $home ]]\n"
                   "modes $home . journal journal/receipts.sqlite privacy-key settings waybill; ls $root/.waybill\n"
                   "cat $home/privacy-key $home/journal/receipts.sqlite\n") ==
               ". root 755\njournal postgres 700\njournal/receipts.sqlite postgres 600\nprivacy-key postgres 600\n"
               "settings postgres 600\nwaybill root 755\nkey\nreceipts\n");
}

BOOST_AUTO_TEST_CASE(a_private_cluster_of_an_earlier_version_gets_a_superuser_of_its_own_and_an_owner)
{
    const std::string said = run(
        "user=$(id -un); ((EUID != 0)) || user=postgres\n"
        "choose_postgres $root/postgres $root/postgres/socket $user; make_private_directory $data\n"
        "as_owner $postgres/initdb --pgdata=$data --username=waybill --auth=trust --no-sync >/dev/null\n"
        "echo \"include 'waybill.conf'\" >>$data/postgresql.conf; start_postgres 'fsync = off'\n"
        "trap 'stop_postgres immediate' EXIT\n"
        "psql_as waybill postgres --command='create database waybill'\n"
        "psql_as waybill waybill --command=\"create type word as enum ('kept'); create table t (id int generated "
        "always as identity, w word)\" --command=\"insert into t (w) values ('kept')\"\n"
        "root=$sources\n"
        "for round in 1 2; do create_database 2>/dev/null; done\n"
        "psql_as postgres postgres --field-separator=' ' --command=\"select rolname, rolsuper from pg_roles where "
        "rolname !~ '^pg_|reports' order by 1\"\n"
        "stat -c 0%a $data $socket | paste -sd ' '\n"
        "psql_as waybill_owner waybill --command='alter table t add x int' --command='alter type word rename to v'\n"
        "psql_as waybill_owner waybill --field-separator=' ' --command='select id, w from t'\n"
        "! psql_as waybill waybill --command='create table u ()' 2>/dev/null\n");
    BOOST_TEST(said == altered_roles);
}

BOOST_AUTO_TEST_SUITE_END()
