enable_testing()

add_library(waybill_test_support STATIC)
file(GLOB support CONFIGURE_DEPENDS tests/support/*.cpp)
target_sources(waybill_test_support PRIVATE ${support})
target_link_libraries(waybill_test_support PUBLIC waybill_server Boost::unit_test_framework)
target_compile_options(waybill_test_support PUBLIC -O0) # what is tested is optimised, the tests build fast
if(WAYBILL_SANITIZE)
    target_compile_options(waybill_test_support PUBLIC -fno-sanitize=undefined) # what is tested has it
endif()
target_compile_definitions(waybill_test_support PUBLIC BOOST_TEST_DYN_LINK)
set_source_files_properties(tests/support/paths.cpp PROPERTIES
    COMPILE_DEFINITIONS "WAYBILL_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\";WAYBILL_BINARY=\"${CMAKE_BINARY_DIR}/waybill\""
    SKIP_PRECOMPILE_HEADERS ON)
target_precompile_headers(waybill_test_support PRIVATE
    <chrono> <functional> <map> <memory> <optional> <string> <string_view> <variant> <vector>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp> <boost/asio/steady_timer.hpp>
    <boost/asio/use_awaitable.hpp> <boost/json.hpp> <boost/test/unit_test.hpp>)

# One executable a kind of test; all but the unit tests find their PostgreSQL in WAYBILL_TEST_DATABASE_URL (tests/run).
foreach(kind unit db service fault browser)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS tests/${kind}/*.cpp)
    add_executable(${kind}_tests ${sources})
    target_link_libraries(${kind}_tests PRIVATE waybill_test_support)
    target_precompile_headers(${kind}_tests REUSE_FROM waybill_test_support)
    add_test(NAME ${kind} COMMAND ${kind}_tests)
endforeach()
add_dependencies(service_tests waybill)
add_dependencies(fault_tests waybill)
add_dependencies(browser_tests waybill)

# Built by tests/bench/receipts alone.
add_executable(sign_callbacks EXCLUDE_FROM_ALL tests/bench/sign_callbacks.cpp)
target_link_libraries(sign_callbacks PRIVATE "$<LINK_GROUP:RESCAN,waybill_server,waybill_webhooks>")

# Built by tests/bench/credentials alone.
add_executable(check_credential EXCLUDE_FROM_ALL tests/bench/check_credential.cpp)
target_link_libraries(check_credential PRIVATE "$<LINK_GROUP:RESCAN,waybill_server,waybill_webhooks>")

# Built with clang by `tests/run --fuzz`: each target is instrumented together with the files that it tests.
if(WAYBILL_FUZZ)
    add_custom_target(fuzz)
    function(waybill_fuzz_target name)
        add_executable(${name}_fuzz EXCLUDE_FROM_ALL tests/fuzz/${name}_fuzz.cpp ${ARGN})
        target_link_libraries(${name}_fuzz PRIVATE waybill_options OpenSSL::Crypto Boost::json PkgConfig::SQLITE
                              PkgConfig::UTF8PROC)
        target_compile_options(${name}_fuzz PRIVATE -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
        target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer,address,undefined)
        add_dependencies(fuzz ${name}_fuzz)
    endfunction()
    waybill_fuzz_target(form webhooks/form.cpp webhooks/signature.cpp db/postgres/storable_text.cpp)
    waybill_fuzz_target(callback webhooks/receipt.cpp webhooks/sids.cpp webhooks/form.cpp db/postgres/storable_text.cpp)
    waybill_fuzz_target(inbound webhooks/inbound.cpp webhooks/sids.cpp webhooks/keywords.cpp webhooks/opt_out_phrases.cpp
                        webhooks/opt_out_wishes.cpp webhooks/plain_words.cpp webhooks/form.cpp
                        db/postgres/storable_text.cpp)
    waybill_fuzz_target(phone_number server/text/phone_number.cpp server/text/phone/cell.cpp server/text/phone/dialed.cpp
                        server/text/phone/numbering_plan.cpp server/text/phone/plain_number.cpp server/text/utf8.cpp)
    target_link_libraries(phone_number_fuzz PRIVATE phonenumber)
    file(GLOB list_reader server/recipients/*.cpp server/text/*.cpp server/text/phone/*.cpp)
    list(FILTER list_reader EXCLUDE REGEX "rewriting.cpp$") # of what is stored, not of lists
    waybill_fuzz_target(list ${list_reader} db/postgres/storable_text.cpp)
    target_link_libraries(list_fuzz PRIVATE phonenumber PkgConfig::ZIP PkgConfig::EXPAT)
    waybill_fuzz_target(journal db/journal/journal_store.cpp db/journal/journal_records.cpp db/journal/sqlite.cpp config/log.cpp)
endif()
