#include "config/log.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

// The main function of every test executable. Spelled out because the precompiled header has already included
// Boost.Test, so that BOOST_TEST_MODULE would come too late.

namespace
{

bool name_the_tests()
{
    boost::unit_test::framework::master_test_suite().p_name.value = "waybill";
    return true;
}

} // namespace

int main(int argument_count, char* arguments[])
{
    if (std::getenv("WAYBILL_TEST_LOG") == nullptr)
        waybill::config::set_log_sink([](waybill::config::LogLevel, std::string_view) {});
    return boost::unit_test::unit_test_main(&name_the_tests, argument_count, arguments);
}
