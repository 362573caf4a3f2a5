#include "tests/support/child_process.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <unistd.h>
#include <vector>

using namespace waybill::test;

namespace
{

constexpr const char* python = "/usr/bin/python3";
constexpr const char* haproxy = "/usr/sbin/haproxy";
constexpr std::chrono::seconds patience{60};

boost::unit_test::precondition has_programs(std::vector<std::string> programs)
{
    return boost::unit_test::precondition([programs](auto) {
        for (const std::string& program : programs)
            if (::access(program.c_str(), X_OK) != 0) return false;
        return true;
    });
}

std::string file_of_trial(const std::string& name)
{
    return source_path("tests/cluster/" + name).string();
}

int run(const std::vector<std::string>& command, const TestDirectory& directory)
{
    ChildProcess process(command, {{"PYTHONDONTWRITEBYTECODE", "1"}}, directory.path());
    return process.wait(patience);
}

} // namespace

// The cluster trial is not part of CI; these cheap looks keep it from rotting.
BOOST_AUTO_TEST_SUITE(cluster_files)

BOOST_AUTO_TEST_CASE(the_trial_still_fits_the_shipped_files_and_haproxy_accepts_them, *has_programs({python, haproxy}))
{
    const TestDirectory directory;
    BOOST_TEST(run({python, file_of_trial("configuration.py"), directory.path().string()}, directory) == 0);
}

BOOST_AUTO_TEST_CASE(the_programs_of_the_trial_can_be_read, *has_programs({python, "/bin/bash"}))
{
    const TestDirectory directory;
    for (const char* script : {"run", "pgbouncer.sh"})
        BOOST_TEST(run({"/bin/bash", "-n", file_of_trial(script)}, directory) == 0, script);
    const std::string import = "import sys; sys.path.insert(0, sys.argv[1]); import trial, load";
    BOOST_TEST(run({python, "-c", import, source_path("tests/cluster").string()}, directory) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
