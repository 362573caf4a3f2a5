enable_testing()

# What is tested is optimised, or instrumented; the tests are neither. So they are compiled once for both variants.
add_library(waybill_test_options INTERFACE)
target_link_libraries(waybill_test_options INTERFACE waybill_server Boost::unit_test_framework)
target_compile_options(waybill_test_options INTERFACE -O0)
target_compile_definitions(waybill_test_options INTERFACE BOOST_TEST_DYN_LINK)

file(GLOB support CONFIGURE_DEPENDS tests/support/*.cpp)
list(FILTER support EXCLUDE REGEX "tested_build.cpp$") # which differs by variant
add_library(waybill_test_support OBJECT ${support})
target_link_libraries(waybill_test_support PRIVATE waybill_test_options)
target_precompile_headers(waybill_test_support PRIVATE
    <chrono> <functional> <map> <memory> <optional> <string> <string_view> <variant> <vector>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp> <boost/asio/steady_timer.hpp>
    <boost/asio/use_awaitable.hpp> <boost/json.hpp> <boost/test/unit_test.hpp>)

# Compiles up to eight test files as one, each in a namespace of its own, because their fixtures and helpers have the same names.
# What they include comes first, outside of these.
function(unite_tests kind tests)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${tests})
    set(number 0)
    list(LENGTH tests left)
    while(left GREATER 0)
        list(SUBLIST tests 0 8 part)
        list(REMOVE_ITEM tests ${part})
        list(LENGTH tests left)
        set(includes "")
        set(bodies "")
        foreach(test ${part})
            file(STRINGS ${test} found REGEX "^#include")
            list(APPEND includes ${found})
            math(EXPR number "${number} + 1")
            string(APPEND bodies "namespace file_${number}\n{\n#include \"${test}\"\n}\n")
        endforeach()
        list(REMOVE_DUPLICATES includes)
        string(REPLACE ";" "\n" includes "${includes}")
        set(united ${CMAKE_BINARY_DIR}/united_tests/${kind}_${number}.cpp)
        file(GENERATE OUTPUT ${united} CONTENT "${includes}\n${bodies}")
        target_sources(${kind}_test_objects PRIVATE ${united})
    endwhile()
    target_compile_options(${kind}_test_objects PRIVATE -Wno-subobject-linkage) # the files that are included are no headers
endfunction()

set(test_kinds unit db service fault browser)
foreach(kind ${test_kinds})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS tests/${kind}/*.cpp)
    add_library(${kind}_test_objects OBJECT)
    target_link_libraries(${kind}_test_objects PRIVATE waybill_test_options)
    if(WAYBILL_UNITY)
        set(tests ${sources})
        list(FILTER tests INCLUDE REGEX "_test.cpp$")
        list(REMOVE_ITEM sources ${tests})
        unite_tests(${kind} "${tests}")
    endif()
    target_sources(${kind}_test_objects PRIVATE ${sources})
    target_precompile_headers(${kind}_test_objects REUSE_FROM waybill_test_support)
endforeach()

# waybill_tests(VARIANT FOLDER): one executable a kind of test, beside the `waybill` that it starts. All but the unit tests
# find their PostgreSQL in WAYBILL_TEST_DATABASE_URL (tests/run).
function(waybill_tests variant folder)
    add_library(waybill_tested_build${variant} OBJECT tests/support/tested_build.cpp)
    target_link_libraries(waybill_tested_build${variant} PRIVATE waybill_test_options)
    target_compile_definitions(waybill_tested_build${variant} PRIVATE
        WAYBILL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" WAYBILL_BINARY="${folder}/waybill"
        WAYBILL_IS_SANITIZED=$<STREQUAL:${variant},_sanitized>)
    foreach(kind ${test_kinds})
        set(program ${kind}_tests${variant})
        # The linker keeps the first of equal inline functions: the instrumented one.
        add_executable(${program}
            $<$<STREQUAL:${variant},_sanitized>:$<TARGET_OBJECTS:waybill_server${variant}>>
            $<$<STREQUAL:${variant},_sanitized>:$<TARGET_OBJECTS:waybill_webhooks${variant}>>
            $<$<STREQUAL:${variant},_sanitized>:$<TARGET_OBJECTS:waybill_db${variant}>>
            $<$<STREQUAL:${variant},_sanitized>:$<TARGET_OBJECTS:waybill_config${variant}>>
            $<TARGET_OBJECTS:${kind}_test_objects> $<TARGET_OBJECTS:waybill_test_support>
            $<TARGET_OBJECTS:waybill_tested_build${variant}>)
        set_target_properties(${program} PROPERTIES
            LINKER_LANGUAGE CXX OUTPUT_NAME ${kind}_tests RUNTIME_OUTPUT_DIRECTORY ${folder})
        target_link_libraries(${program} PRIVATE waybill_server${variant} Boost::unit_test_framework)
        add_dependencies(${program} waybill${variant})
    endforeach()
endfunction()

waybill_tests("" ${CMAKE_BINARY_DIR})
foreach(kind ${test_kinds})
    add_test(NAME ${kind} COMMAND ${kind}_tests)
endforeach()
if(WAYBILL_SANITIZED)
    waybill_tests(_sanitized ${CMAKE_BINARY_DIR}/sanitized)
    foreach(kind ${test_kinds})
        set_target_properties(${kind}_tests_sanitized PROPERTIES EXCLUDE_FROM_ALL ON)
        add_dependencies(sanitized ${kind}_tests_sanitized)
    endforeach()
    add_dependencies(sanitized waybill_sanitized)
endif()

# Built by tests/bench/receipts and tests/bench/upload alone.
add_executable(sign_callbacks EXCLUDE_FROM_ALL tests/bench/sign_callbacks.cpp)
target_link_libraries(sign_callbacks PRIVATE "$<LINK_GROUP:RESCAN,waybill_server,waybill_webhooks>")

# Built by tests/bench/events alone.
add_executable(receive_events EXCLUDE_FROM_ALL tests/bench/receive_events.cpp)
target_link_libraries(receive_events PRIVATE waybill_options)

# Built by tests/bench/credentials alone.
add_executable(check_credential EXCLUDE_FROM_ALL tests/bench/check_credential.cpp)
target_link_libraries(check_credential PRIVATE "$<LINK_GROUP:RESCAN,waybill_server,waybill_webhooks>")

# Built by tests/bench/upload alone.
add_executable(write_xlsx EXCLUDE_FROM_ALL tests/bench/write_xlsx.cpp)
target_link_libraries(write_xlsx PRIVATE ${XLSXWRITER_LIBRARY})

# Built with clang by `tests/run --fuzz`: each target is instrumented together with the files that it tests.
if(WAYBILL_FUZZ)
    add_custom_target(fuzz)
    function(waybill_fuzz_target name)
        add_executable(${name}_fuzz EXCLUDE_FROM_ALL tests/fuzz/${name}_fuzz.cpp ${ARGN})
        unite_folders(${name}_fuzz ${ARGN})
        target_link_libraries(${name}_fuzz PRIVATE waybill_options OpenSSL::Crypto Boost::json PkgConfig::SQLITE
                              PkgConfig::UTF8PROC)
        target_compile_options(${name}_fuzz PRIVATE -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all)
        target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer,address,undefined)
        add_dependencies(fuzz ${name}_fuzz)
    endfunction()
    waybill_fuzz_target(form webhooks/form.cpp webhooks/signature.cpp db/postgres/storable_text.cpp)
    set(webhook_parser webhooks/parsing.cpp webhooks/opt_out_phrases.cpp webhooks/opt_out_wishes.cpp
        webhooks/plain_words.cpp webhooks/form.cpp db/postgres/storable_text.cpp)
    waybill_fuzz_target(callback ${webhook_parser})
    waybill_fuzz_target(inbound ${webhook_parser})
    waybill_fuzz_target(phone_number server/text/phone_number.cpp server/text/phone/dialed.cpp
                        server/text/phone/numbering_plan.cpp server/text/phone/plain_number.cpp server/text/utf8.cpp)
    target_link_libraries(phone_number_fuzz PRIVATE phonenumber)
    file(GLOB_RECURSE list_reader server/recipients/*.cpp server/text/*.cpp)
    list(FILTER list_reader EXCLUDE REGEX "(rewriting|rows_of_person).cpp$") # of what is stored
    waybill_fuzz_target(list ${list_reader} db/postgres/storable_text.cpp)
    target_link_libraries(list_fuzz PRIVATE phonenumber PkgConfig::ZIP PkgConfig::EXPAT)
    waybill_fuzz_target(journal db/journal/journal_store.cpp db/journal/journal_records.cpp db/journal/sqlite.cpp config/log.cpp
                        config/json_text.cpp)
endif()
