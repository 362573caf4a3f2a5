#include "tests/support/tested_build.hpp"
#include "tests/unit/house/house_rules.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

// The lint: the whole tree keeps the rules of the house, and each rule is shown to catch what breaks it.

using namespace waybill::test::house;
namespace fs = std::filesystem;

namespace
{

const fs::path root = waybill::test::source_path("");

std::vector<SourceFile> files_with(const std::vector<std::string>& extensions)
{
    std::vector<SourceFile> files;
    for (const auto* room : {"config", "db", "webhooks", "server", "tests"})
        for (const auto& entry : fs::recursive_directory_iterator{root / room}) {
            if (std::ranges::find(extensions, entry.path().extension().string()) == extensions.end()) continue;
            std::ifstream stream{entry.path(), std::ios::binary};
            files.push_back({fs::relative(entry.path(), root).string(), {std::istreambuf_iterator<char>{stream}, {}}});
        }
    return files;
}

const std::vector<SourceFile>& cpp_files()
{
    static const auto files = files_with({".cpp", ".hpp"});
    return files;
}

using Check = Findings (*)(const SourceFile&);

void keeps(Check check, const std::vector<SourceFile>& files)
{
    BOOST_TEST(files.size() > 10);
    for (const auto& file : files)
        for (const auto& finding : check(file))
            BOOST_ERROR(finding);
}

struct Sample
{
    std::string path, text;
};

void catches(Check check, const std::vector<Sample>& samples)
{
    for (const auto& [path, text] : samples)
        BOOST_TEST(check({path, text}).size() == 1, path << " with " << text);
}

void accepts(Check check, const std::vector<Sample>& samples)
{
    for (const auto& [path, text] : samples)
        for (const auto& finding : check({path, text}))
            BOOST_ERROR(finding + " in " + text);
}

std::string lines(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "    go();\n";
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(house)

BOOST_AUTO_TEST_CASE(the_tree_includes_from_left_to_right_only)
{
    keeps(check_includes, cpp_files());
}

BOOST_AUTO_TEST_CASE(the_tree_keeps_each_library_in_its_room)
{
    keeps(check_places, cpp_files());
}

BOOST_AUTO_TEST_CASE(the_tree_has_short_files)
{
    keeps(check_length, files_with({".cpp", ".hpp", ".js", ".py"}));
}

BOOST_AUTO_TEST_CASE(the_tree_has_no_tiny_files)
{
    for (const auto& finding : check_small_files(cpp_files()))
        BOOST_ERROR(finding);
}

BOOST_AUTO_TEST_CASE(the_tree_has_short_functions)
{
    keeps(check_function_lengths, cpp_files());
}

BOOST_AUTO_TEST_CASE(the_tree_builds_nothing_inside_a_co_await)
{
    keeps(check_coroutines, cpp_files());
}

BOOST_AUTO_TEST_CASE(the_top_level_holds_the_rooms_and_nothing_else)
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{root})
        names.push_back(entry.path().filename().string());
    for (const auto& finding : check_top_level(names))
        BOOST_ERROR(finding);
    BOOST_TEST(check_top_level({"src", "include", "README.md", ".github", "build-sanitize", "docs"}).size() == 3);
}

BOOST_AUTO_TEST_CASE(an_include_against_the_direction_is_caught)
{
    catches(check_includes, {{"config/a.cpp", "#include \"db/types/types.hpp\"\n"},
                             {"db/types/a.cpp", "#include \"db/postgres/database.hpp\"\n"},
                             {"db/outbox/a.cpp", "#include \"db/receipts/store.hpp\"\n"},
                             {"db/receipts/a.cpp", "#include \"db/outbox/outbox.hpp\"\n"},
                             {"db/reports/a.cpp", "\n#include \"webhooks/form.hpp\" // why not\n"},
                             {"db/a.cpp", "#include \"db/types/types.hpp\"\n"},
                             {"webhooks/a.hpp", "#include \"server/http/message.hpp\"\n"},
                             {"server/http/a.hpp", "#include \"server/twilio/client.hpp\"\n"},
                             {"server/twilio/a.hpp", "#include \"server/sending/lane.hpp\"\n"},
                             {"server/sending/a.hpp", "#include \"server/tracking/reconciler.hpp\"\n"},
                             {"server/sending/a.hpp", "#include \"server/http/message.hpp\"\n"},
                             {"server/api/a.hpp", "#include \"server/app/app.hpp\"\n"},
                             {"server/a.hpp", "#include \"server/app/app.hpp\"\n"},
                             {"server/main.cpp", "#include \"tests/support/postgres.hpp\"\n"},
                             {"server/main.cpp", "#include \"app.hpp\"\n"},
                             {"src/a.cpp", "#include \"db/types/types.hpp\"\n"}});
    accepts(check_includes,
            {{"server/main.cpp", "#include \"server/app/app.hpp\"\n#include <vector>\n"},
             {"server/app/app.cpp", "#include \"server/api/campaigns/campaigns.hpp\"\n"},
             {"server/api/a.cpp", "#include \"webhooks/receiver.hpp\"\n#include \"server/api/b.hpp\"\n"},
             {"db/receipts/a.cpp", "#include \"db/receipts/b.hpp\"\n#include \"db/messages/history.hpp\"\n"},
             {"tests/unit/a.cpp", "#include \"db/types/types.hpp\"\n"},
             {"config/a.cpp", "// #include \"db/types/types.hpp\"\n"}});
}

BOOST_AUTO_TEST_CASE(a_library_outside_its_room_is_caught)
{
    catches(check_places, {{"server/api/a.cpp", "#include <pqxx/pqxx>\n"},
                           {"webhooks/a.cpp", "void f(pqxx::work& tx);\n"},
                           {"server/twilio/a.cpp", "#include <boost/beast/http.hpp>\n"},
                           {"server/api/a.cpp", "namespace beast = boost::beast;\n"},
                           {"server/twilio/a.cpp", "asio::ssl::stream<tcp::socket> stream;\n"},
                           {"server/app.cpp", "#include <boost/asio/ssl.hpp>\n"},
                           {"server/twilio/a.cpp", "auto mac = HMAC(EVP_sha1(), key, size, data, n, out, &length);\n"},
                           {"webhooks/receiver.cpp", "#include <openssl/hmac.h>\n"},
                           {"tests/unit/a.cpp", "EVP_MAC_fetch(nullptr, name, nullptr);\n"},
                           {"server/http/a.cpp", "#include <boost/asio.hpp>\n"},
                           {"tests/db/a.cpp", "#include <boost/asio.hpp>\n"}});
    accepts(check_places, {{"db/a.cpp", "#include <pqxx/pqxx>\n"},
                           {"server/http/a.cpp", "#include <boost/beast/core.hpp>\nusing S = asio::ssl::stream<T>;\n"},
                           {"webhooks/signature.cpp", "#include <openssl/hmac.h>\n"},
                           {"server/api/a.cpp", "EVP_Digest(data, n, out, &length, EVP_sha256(), nullptr);\n"},
                           {"server/api/a.cpp", "// pqxx::work\nauto s = \"HMAC\"; /* boost::beast */\n"}});
}

BOOST_AUTO_TEST_CASE(a_long_file_is_caught)
{
    catches(check_length, {{"db/a.cpp", lines(301)}});
    accepts(check_length, {{"db/a.cpp", lines(300)}});
}

BOOST_AUTO_TEST_CASE(a_tiny_file_is_caught_unless_its_source_stands_beside_it)
{
    const std::vector<SourceFile> tiny = {{"db/a.hpp", lines(10)}, {"db/a.cpp", lines(14)}, {"db/b.cpp", lines(24)}};
    BOOST_TEST(check_small_files(tiny).size() == 2);
    const std::vector<SourceFile> enough = {
        {"db/a.hpp", lines(10)}, {"db/a.cpp", lines(15)}, {"tests/a.cpp", lines(1)}};
    BOOST_TEST(check_small_files(enough).empty());
}

BOOST_AUTO_TEST_CASE(a_long_function_is_caught)
{
    const auto body = [](int count) { return "\n{\n" + lines(count) + "}\n"; };
    catches(check_function_lengths, {{"db/a.cpp", "void f()" + body(41)},
                                     {"db/a.cpp", "template <class T>\nvoid f(int a,\n       int b) const" + body(41)},
                                     {"db/a.cpp", "A::A()\n    : a_(1)" + body(41)},
                                     {"db/a.cpp", "struct A\n{\n    void f()\n    {\n" + lines(41) + "    }\n};\n"},
                                     {"tests/a.cpp", "BOOST_AUTO_TEST_CASE(x)" + body(41)}});
    accepts(check_function_lengths, {{"db/a.cpp", "void f()" + body(40) + "\nvoid g()" + body(40)},
                                     {"db/a.cpp", "namespace waybill::db" + body(41)},
                                     {"db/a.cpp", "template <class T>\nclass A\n    : public B" + body(41)},
                                     {"db/a.cpp", "enum class A" + body(41)}});
}

BOOST_AUTO_TEST_SUITE_END()
