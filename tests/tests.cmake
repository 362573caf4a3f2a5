enable_testing()

add_library(waybill_test_support STATIC)
file(GLOB support CONFIGURE_DEPENDS tests/support/*.cpp)
target_sources(waybill_test_support PRIVATE ${support})
target_link_libraries(waybill_test_support PUBLIC waybill_server Boost::unit_test_framework)
target_compile_definitions(waybill_test_support PUBLIC BOOST_TEST_DYN_LINK
    WAYBILL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" WAYBILL_BINARY="${CMAKE_BINARY_DIR}/waybill")
target_precompile_headers(waybill_test_support PRIVATE
    <chrono> <functional> <map> <memory> <optional> <string> <string_view> <variant> <vector>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp> <boost/asio/steady_timer.hpp>
    <boost/asio/use_awaitable.hpp> <boost/json.hpp> <boost/test/unit_test.hpp>)

# One executable a kind of test; the db and service tests find their PostgreSQL in WAYBILL_TEST_DATABASE_URL (tests/run).
foreach(kind unit db service)
    file(GLOB sources CONFIGURE_DEPENDS tests/${kind}/*.cpp)
    add_executable(${kind}_tests ${sources})
    target_link_libraries(${kind}_tests PRIVATE waybill_test_support)
    target_precompile_headers(${kind}_tests REUSE_FROM waybill_test_support)
    add_test(NAME ${kind} COMMAND ${kind}_tests)
endforeach()
add_dependencies(service_tests waybill)

# Built by tests/bench/receipts alone.
add_executable(sign_callbacks EXCLUDE_FROM_ALL tests/bench/sign_callbacks.cpp)
target_link_libraries(sign_callbacks PRIVATE "$<LINK_GROUP:RESCAN,waybill_server,waybill_webhooks>")
