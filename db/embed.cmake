# What travels inside the binary: the migrations, and each wing's statements.sql as one literal. The statements are checked
# while CMake runs, so that a mistake in one of these files fails the build and names the file and the line.

if(CMAKE_SCRIPT_MODE_FILE)
    cmake_minimum_required(VERSION 3.25)
endif()

# Appends the names of a file's statements to the list `names`. Every statement stands under `-- name: its_name` and ends
# with the file's next semicolon at the end of a line.
function(waybill_check_statements file text)
    # What CMake's lists would trip over; a letter each, so that lines stay what they are.
    string(REPLACE "\\" "/" text "${text}")
    string(REPLACE "[" "(" text "${text}")
    string(REPLACE "]" ")" text "${text}")
    string(REPLACE ";" "@" text "${text}")
    string(REPLACE "\n" ";" lines "${text}")
    set(number 0)
    set(open "")     # the name whose statement has not ended
    set(is_empty ON) # nothing but comments so far
    foreach(line IN LISTS lines)
        math(EXPR number "${number} + 1")
        if(line MATCHES "^-- name:")
            if(open)
                message(FATAL_ERROR "${file}:${number}: the statement '${open}' above does not end with a semicolon")
            elseif(NOT line MATCHES "^-- name: ([a-z][a-z0-9_]*)$")
                message(FATAL_ERROR "${file}:${number}: write `-- name: lower_case_name` and nothing else on this line")
            elseif(CMAKE_MATCH_1 IN_LIST names)
                message(FATAL_ERROR "${file}:${number}: there is another statement with the name '${CMAKE_MATCH_1}'")
            endif()
            set(open "${CMAKE_MATCH_1}")
            list(APPEND names "${open}")
            continue()
        endif()
        string(REGEX REPLACE "--.*$" "" code "${line}")
        string(STRIP "${code}" code)
        if(code STREQUAL "")
            continue()
        elseif(NOT open)
            message(FATAL_ERROR "${file}:${number}: a statement without a `-- name:` above it")
        elseif(code STREQUAL "@")
            message(FATAL_ERROR "${file}:${number}: end the statement on its last line")
        elseif(code MATCHES "@$")
            set(open "")
        endif()
    endforeach()
    if(open)
        message(FATAL_ERROR "${file}:${number}: the statement '${open}' does not end with a semicolon")
    elseif(NOT text MATCHES "-- name:")
        message(FATAL_ERROR "${file}:1: no statement; each one stands under `-- name: its_name`")
    endif()
    set(names "${names}" PARENT_SCOPE)
endfunction()

# `cmake -DCHECK="a.sql b.sql" -P db/embed.cmake` checks these files and does nothing else.
if(CMAKE_SCRIPT_MODE_FILE)
    separate_arguments(CHECK)
    set(names "")
    foreach(file IN LISTS CHECK)
        file(READ ${file} text)
        waybill_check_statements(${file} "${text}")
    endforeach()
    return()
endif()

file(GLOB migrations CONFIGURE_DEPENDS db/migrations/*.sql)
set(embedded "")
foreach(file IN LISTS migrations)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^[0-9]+" version ${name})
    file(READ ${file} text)
    string(APPEND embedded "    Migration{${version}, \"${name}\", R\"sql(${text})sql\"},\n")
endforeach()
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/embedded_migrations.cpp CONTENT "#include \"db/postgres/migrations.hpp\"

#include <array>

namespace waybill::db
{
namespace
{
constexpr std::array migrations{
${embedded}};
} // namespace

std::span<const Migration> all_migrations() { return migrations; }
} // namespace waybill::db
")

file(GLOB statement_files RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS db/*/statements.sql)
set(names "")
set(embedded "")
foreach(file IN LISTS statement_files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    waybill_check_statements(${file} "${text}")
    string(APPEND embedded "    R\"sql(${text})sql\",\n")
endforeach()
list(LENGTH names statement_count)
list(LENGTH statement_files file_count)
list(JOIN names "\",\n    \"" quoted_names)
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/db/postgres/statement_names.hpp CONTENT "#pragma once

#include <array>
#include <string_view>

namespace waybill::db
{
// Every `-- name:` in db/*/statements.sql.
inline constexpr std::array<std::string_view, ${statement_count}> statement_names{
    \"${quoted_names}\"};
} // namespace waybill::db
")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/embedded_statements.cpp CONTENT "#include \"db/postgres/statements.hpp\"

#include <array>

namespace waybill::db
{
namespace
{
constexpr std::array<std::string_view, ${file_count}> files{
${embedded}};
} // namespace

std::span<const std::string_view> statement_files() { return files; }
} // namespace waybill::db
")
