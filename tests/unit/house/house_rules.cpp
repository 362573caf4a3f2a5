#include "tests/unit/house/house_rules.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

namespace waybill::test::house
{

namespace
{

std::string finding(const SourceFile& file, std::size_t line, const std::string& sentence)
{
    return file.path + ":" + std::to_string(line) + ": " + sentence;
}

struct Room
{
    std::string_view prefix;
    int rank; // a file may include files of its own room and of lower ranks
};

// The first prefix that fits counts. Rooms and wings of one rank may not include each other.
constexpr std::array rooms = {
    Room{"config/", 0},
    Room{"db/types/", 1},
    Room{"db/postgres/", 2},
    Room{"db/journal/", 3},
    Room{"db/requests/", 4},
    Room{"db/events/", 5},
    Room{"db/messages/", 6},
    Room{"db/campaigns/", 7},
    Room{"db/outbox/", 8},
    Room{"db/receipts/", 8},
    Room{"db/reports/", 9},
    Room{"db/upkeep/", 10},
    Room{"webhooks/", 11},
    Room{"server/http/", 12},
    Room{"server/text/", 13},
    Room{"server/twilio/", 14},
    Room{"server/simulator/", 15},
    Room{"server/recipients/file/", 16},
    Room{"server/recipients/dates/", 17},
    Room{"server/recipients/columns/", 18},
    Room{"server/recipients/csv/", 19},
    Room{"server/recipients/xlsx/", 19},
    Room{"server/recipients/rows/", 20},
    Room{"server/sending/", 21},
    Room{"server/tracking/", 22},
    Room{"server/events/", 23},
    Room{"server/notify/", 24},
    Room{"server/access/", 25},
    Room{"server/dashboard/", 26},
    Room{"server/api/", 27},
    Room{"server/app/", 28},
    Room{"server/cli/", 29},
    Room{"server/main.cpp", 30},
    Room{"tests/", 31},
};

const Room* room_of(std::string_view path)
{
    const auto room = std::ranges::find_if(rooms, [&](const Room& r) { return path.starts_with(r.prefix); });
    return room == rooms.end() ? nullptr : &*room;
}

// Rooms that lie left of another, and still are none of its business.
bool is_foreign(std::string_view from, std::string_view included)
{
    return from.starts_with("server/sending/") && included.starts_with("server/http/");
}

std::optional<std::string> fault_of_include(std::string_view from, std::string_view included)
{
    const Room* own = room_of(from);
    const Room* room = room_of(included);
    if (!own) return "this file is in no room of the house";
    if (!room) return "\"" + std::string{included} + "\" names no room of the house";
    if (room->rank > own->rank) return "\"" + std::string{included} + "\" is above this room";
    if (room->rank == own->rank && room->prefix != own->prefix)
        return "\"" + std::string{included} + "\" is in a wing beside this one";
    if (is_foreign(from, included)) return "sending knows nothing of requests";
    return std::nullopt;
}

struct Place
{
    std::string_view text;
    std::vector<std::string_view> rooms;
    std::string_view sentence;
};

const std::vector<Place>& places()
{
    static const std::vector<std::string_view> database = {"db/", "tests/"}, http = {"server/http/", "tests/"},
                                               signature = {"webhooks/signature.cpp"}, nowhere = {};
    static const std::vector<Place> all = {
        {"pqxx", database, "libpqxx stays in db/"},
        {"boost/beast/", http, "Beast stays in server/http/"},
        {"boost::beast", http, "Beast stays in server/http/"},
        {"beast::", http, "Beast stays in server/http/"},
        {"ssl_stream", http, "TLS streams stay in server/http/"},
        {"ssl::stream", http, "TLS streams stay in server/http/"},
        {"asio/ssl/stream.hpp", http, "TLS streams stay in server/http/"},
        {"asio/ssl.hpp", http, "TLS streams stay in server/http/"},
        {"HMAC", signature, "the HMAC is made in webhooks/signature.cpp alone"},
        {"openssl/hmac.h", signature, "the HMAC is made in webhooks/signature.cpp alone"},
        {"EVP_MAC", signature, "the HMAC is made in webhooks/signature.cpp alone"},
        {"EVP_PKEY_new_mac_key", signature, "the HMAC is made in webhooks/signature.cpp alone"},
        {"EVP_PKEY_new_raw_private_key", signature, "the HMAC is made in webhooks/signature.cpp alone"},
        {"<boost/asio.hpp>", nowhere, "include what is used, not all of Asio"},
        {"<boost/beast.hpp>", nowhere, "include what is used, not all of Beast"},
    };
    return all;
}

bool is_allowed(const Place& place, std::string_view path)
{
    return std::ranges::any_of(place.rooms, [&](std::string_view room) { return path.starts_with(room); });
}

bool starts_a_type_or_namespace(std::string_view declaration)
{
    constexpr std::array words = {"namespace", "class ", "struct ", "enum ", "union ", "extern "};
    return std::ranges::any_of(words, [&](std::string_view word) { return declaration.starts_with(word); });
}

std::string_view without_indentation(std::string_view line)
{
    return line.substr(std::min(line.find_first_not_of(' '), line.size()));
}

// In formatted code a function's body stands between two braces, each alone on its line. The declaration is the lines
// before, back to the end of what stands above.
bool opens_a_function(const std::vector<std::string_view>& lines, std::size_t brace)
{
    std::string_view declaration;
    for (auto line = brace; line-- > 0;) {
        const auto text = without_indentation(lines[line]);
        if (text.empty() || std::string_view{";{}#"}.find(text.back()) != std::string_view::npos) break;
        if (text.starts_with('#') || text == "public:" || text == "private:" || text == "protected:") break;
        if (!text.starts_with("template") && !text.starts_with("requires")) declaration = text;
    }
    return !declaration.empty() && !starts_a_type_or_namespace(declaration);
}

} // namespace

Findings check_includes(const SourceFile& file)
{
    constexpr std::string_view directive = "#include \"";
    Findings findings;
    const auto code = code_only(file.text);
    std::size_t number = 0;
    for (const auto line : lines_of(code)) {
        ++number;
        if (!line.starts_with(directive)) continue;
        const auto name = line.substr(directive.size());
        if (const auto fault = fault_of_include(file.path, name.substr(0, name.find('"'))))
            findings.push_back(finding(file, number, *fault));
    }
    return findings;
}

Findings check_places(const SourceFile& file)
{
    Findings findings;
    const auto code = code_only(file.text);
    for (const auto& place : places()) {
        if (is_allowed(place, file.path)) continue;
        if (const auto at = code.find(place.text); at != code.npos)
            findings.push_back(finding(file, line_number(code, at), std::string{place.sentence}));
    }
    return findings;
}

Findings check_length(const SourceFile& file)
{
    constexpr std::size_t most = 300;
    const auto count = lines_of(file.text).size();
    if (count <= most) return {};
    return {finding(file, count, "more than 300 lines; split by subject")};
}

// A header and the source of the same name count together. These stay small, each for its reason.
Findings check_small_files(const std::vector<SourceFile>& files)
{
    constexpr std::size_t fewest = 25;
    constexpr std::array exempt = {
        std::string_view{"server/http/library.cpp"},     // the one translation unit that compiles Asio and Beast
        std::string_view{"webhooks/toll_free.hpp"},      // a rule that two rooms share
        std::string_view{"server/dashboard/assets.hpp"}, // embed.cmake writes its source
    };
    std::map<std::string, std::size_t> lines_by_subject;
    for (const auto& file : files)
        if (!file.path.starts_with("tests/") && std::ranges::find(exempt, file.path) == exempt.end())
            lines_by_subject[file.path.substr(0, file.path.rfind('.'))] += lines_of(file.text).size();
    Findings findings;
    for (const auto& [subject, count] : lines_by_subject)
        if (count < fewest)
            findings.push_back(subject + ": only " + std::to_string(count) + " lines; belongs to a neighbour");
    return findings;
}

Findings check_function_lengths(const SourceFile& file)
{
    constexpr std::size_t most = 40;
    Findings findings;
    const auto code = code_only(file.text);
    const auto lines = lines_of(code);
    for (std::size_t brace = 0; brace < lines.size(); ++brace) {
        if (without_indentation(lines[brace]) != "{" || !opens_a_function(lines, brace)) continue;
        const auto end = std::string(lines[brace].size() - 1, ' ') + "}";
        auto last = brace + 1;
        while (last < lines.size() && !lines[last].starts_with(end))
            ++last;
        const auto count = last - brace - 1;
        if (count > most)
            findings.push_back(finding(file, brace, "a function of " + std::to_string(count) + " lines; 40 at most"));
    }
    return findings;
}

Findings check_top_level(const std::vector<std::string>& names)
{
    constexpr std::array allowed = {"CMakeLists.txt", "README.md", "LICENSE",
                                    "config",         "db",        "webhooks",
                                    "server",         "tests",     "compile_commands.json"};
    Findings findings;
    for (const std::string_view name : names)
        if (!name.starts_with('.') && !name.starts_with("build") && std::ranges::find(allowed, name) == allowed.end())
            findings.push_back(std::string{name} + ": the top level holds the rooms and nothing else");
    return findings;
}

} // namespace waybill::test::house
