#include "config/log.hpp"

#include "config/json_text.hpp"
#include "config/repeated_lines.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace config = waybill::config;
using config::LogLevel;

namespace
{

// Keeps the lines that are logged while it lives.
class LoggedLines
{
public:
    LoggedLines()
        : previous_(config::set_log_sink([this](LogLevel, std::string_view line) { lines_.emplace_back(line); }))
    {
    }
    ~LoggedLines()
    {
        config::set_log_sink(std::move(previous_));
        config::set_log_level(LogLevel::info);
        config::set_log_format(config::LogFormat::text);
    }

    const std::vector<std::string>& lines() const { return lines_; }
    std::string behind_the_time() const { return lines_.at(0).substr(25); }

private:
    std::vector<std::string> lines_;
    config::LogSink previous_;
};

std::string value_as_logged(const std::string& value)
{
    const LoggedLines logged;
    config::log(LogLevel::info, "e", {{"v", value}});
    return logged.behind_the_time().substr(std::string_view{"info e v="}.size());
}

// Every digit as 0.
std::string shape_of(std::string text)
{
    std::ranges::replace_if(
        text, [](char c) { return c >= '1' && c <= '9'; }, '0');
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_lines)

BOOST_AUTO_TEST_CASE(an_event_is_one_line_with_time_level_name_and_fields)
{
    const LoggedLines logged;
    config::log(LogLevel::info, "message.rejected",
                {{"id", 17}, {"code", 21211}, {"final", true}, {"to", "+1555***4567"}});
    BOOST_REQUIRE_EQUAL(logged.lines().size(), 1);
    BOOST_TEST(shape_of(logged.lines()[0].substr(0, 25)) == "0000-00-00T00:00:00.000Z ");
    BOOST_TEST(logged.behind_the_time() == "info message.rejected id=17 code=21211 final=true to=+1555***4567");
}

BOOST_AUTO_TEST_CASE(the_time_is_now_in_utc)
{
    using namespace std::chrono;
    const auto minute_of = [](system_clock::time_point time) { return floor<minutes>(time - floor<days>(time)); };
    const auto before = minute_of(system_clock::now());
    const LoggedLines logged;
    config::log(LogLevel::info, "e");
    const auto after = minute_of(system_clock::now());

    const auto& line = logged.lines().at(0);
    const auto logged_minute = hours{std::stoi(line.substr(11, 2))} + minutes{std::stoi(line.substr(14, 2))};
    BOOST_TEST((logged_minute == before || logged_minute == after));
}

BOOST_AUTO_TEST_CASE(a_value_can_never_break_its_line_or_pose_as_another_field)
{
    BOOST_TEST(value_as_logged("plain") == "plain");
    BOOST_TEST(value_as_logged("") == R"("")");
    BOOST_TEST(value_as_logged("two words") == R"("two words")");
    BOOST_TEST(value_as_logged("a=b") == R"("a=b")");
    BOOST_TEST(value_as_logged(R"(say "hi" \o/)") == R"("say \"hi\" \\o/")");
    BOOST_TEST(value_as_logged("one\ntwo\r\t") == R"("one\ntwo\x0d\x09")");
    BOOST_TEST(value_as_logged(std::string{"nul\0\x1b[31m\x7f", 10}) == R"("nul\x00\x1b[31m\x7f")");
    BOOST_TEST(value_as_logged("Zoë") == "Zoë");
}

BOOST_AUTO_TEST_CASE(a_line_of_json_is_an_object_with_numbers_and_flags_as_such)
{
    const LoggedLines logged;
    config::set_log_format(config::LogFormat::json);
    config::log(LogLevel::warning, "e", {{"id", 17}, {"final", true}, {"empty", ""}, {"said", "\"Zoë\" \\ \n\x01"}});
    const std::string line = logged.lines().at(0);
    BOOST_TEST(shape_of(line.substr(0, 35)) == R"({"time":"0000-00-00T00:00:00.000Z",)");
    BOOST_TEST(line.substr(35) ==
               R"("level":"warning","event":"e","id":17,"final":true,"empty":"","said":"\"Zoë\" \\ \u000a\u0001"})");
}

BOOST_AUTO_TEST_CASE(what_is_not_utf_8_becomes_a_replacement_character_in_json)
{
    const std::pair<const char*, const char*> cases[] = {{"a\x80z", "a?z"},
                                                         {"\xC0\xAF", "??"},
                                                         {"\xE2\x82", "??"},
                                                         {"\xE2\x82\xAC", "\u20AC"},
                                                         {"\xED\xA0\x80", "???"},
                                                         {"\xF0\x9F\x98\x80", "\U0001F600"},
                                                         {"\xF4\x90\x80\x80", "????"},
                                                         {"\xF0\x80\x80\x80", "????"},
                                                         {"\xFF", "?"}};
    for (const auto& [text, expected] : cases) {
        std::string json = config::as_json(text);
        for (std::size_t at = 0; (at = json.find("\uFFFD", at)) != std::string::npos;)
            json.replace(at, 3, "?");
        BOOST_TEST(json == '"' + std::string(expected) + '"');
    }
}

BOOST_AUTO_TEST_CASE(a_line_that_one_cause_repeats_is_logged_once_and_then_with_its_count)
{
    const LoggedLines logged;
    const auto wait_for = [](const char* error) {
        config::log_repeated(LogLevel::warning, "waits", {{"error", error}});
    };
    for (int i = 0; i < 5; ++i)
        wait_for("away");
    wait_for("full");
    BOOST_TEST(logged.lines().size() == 2U);
    config::flush_repeated();
    BOOST_REQUIRE(logged.lines().size() == 3U);
    BOOST_TEST(logged.lines()[2].substr(25) == "warning waits error=away times=4");
    wait_for("full"); // its cause has ended, and begins anew
    BOOST_TEST(logged.lines().size() == 4U);
    wait_for("away");
    config::flush_repeated();
    BOOST_TEST(logged.lines().at(4).substr(25) == "warning waits error=away times=1");
    config::flush_repeated();
    config::flush_repeated();
    BOOST_TEST(logged.lines().size() == 5U);
}

BOOST_AUTO_TEST_CASE(events_below_the_level_are_left_out)
{
    const LoggedLines logged;
    config::log(LogLevel::debug, "hidden");
    config::set_log_level(LogLevel::debug);
    config::log(LogLevel::debug, "shown");
    config::set_log_level(LogLevel::error);
    config::log(LogLevel::warning, "hidden");
    config::log(LogLevel::error, "shown");
    BOOST_TEST(logged.lines().size() == 2);
}

BOOST_AUTO_TEST_CASE(level_names_are_read_and_unknown_ones_mean_info)
{
    BOOST_TEST((config::parse_log_level("debug") == LogLevel::debug));
    BOOST_TEST((config::parse_log_level("info") == LogLevel::info));
    BOOST_TEST((config::parse_log_level("warning") == LogLevel::warning));
    BOOST_TEST((config::parse_log_level("error") == LogLevel::error));
    BOOST_TEST((config::parse_log_level("loud") == LogLevel::info));
}

BOOST_AUTO_TEST_CASE(lines_of_many_threads_stay_whole)
{
    constexpr int threads = 8, lines_each = 200;
    const LoggedLines logged;
    std::vector<std::thread> writers;
    for (int i = 0; i < threads; ++i)
        writers.emplace_back([] {
            for (int line = 0; line < lines_each; ++line)
                config::log(LogLevel::info, "e", {{"text", "of one thread"}});
        });
    for (auto& writer : writers)
        writer.join();

    BOOST_TEST(logged.lines().size() == threads * lines_each);
    for (const auto& line : logged.lines())
        BOOST_REQUIRE_EQUAL(line.substr(25), "info e text=\"of one thread\"");
}

BOOST_AUTO_TEST_CASE(the_middle_of_a_phone_number_is_never_shown)
{
    BOOST_TEST(config::masked("+15551234567") == "+1555***4567");
    BOOST_TEST(config::masked("+4915112345678") == "+4915***5678");
    BOOST_TEST(config::masked("+1555123456") == "***");
    BOOST_TEST(config::masked("") == "***");
}

BOOST_AUTO_TEST_SUITE_END()
