#include "tests/browser/browser.hpp"

#include "tests/support/raw_http.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/beast/core/detail/base64.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace waybill::test
{

namespace json = boost::json;
namespace fs = std::filesystem;

namespace
{

constexpr const char* element_key = "element-6066-11e4-a52e-4f735466cecf"; // by which WebDriver marks an element
constexpr std::chrono::seconds driver_patience{60};

constexpr const char* by_selector = "return document.querySelector(arguments[0])";
constexpr const char* by_words = "return [...document.querySelectorAll('button, a, summary')].filter(one => "
                                 "one.innerText.trim().startsWith(arguments[0]) && one.checkVisibility()).at(-1)";

json::object capabilities(const fs::path& downloads, const std::vector<std::string>& more_arguments)
{
    json::array arguments{
        "--headless=new",    "--no-sandbox",   "--disable-dev-shm-usage",         "--disable-gpu",
        "--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--window-size=1440,900",
        "--lang=en-US"};
    for (const std::string& each : more_arguments)
        arguments.emplace_back(each);
    const json::object preferences{{"download.default_directory", downloads.string()},
                                   {"download.prompt_for_download", false}};
    return {{"browserName", "chrome"},
            {"goog:loggingPrefs", {{"browser", "ALL"}}},
            {"goog:chromeOptions", {{"binary", "/usr/bin/chromium"}, {"args", arguments}, {"prefs", preferences}}}};
}

fs::path screenshot_directory()
{
    const char* chosen = std::getenv("WAYBILL_SCREENSHOTS");
    fs::path directory = chosen ? fs::path(chosen) : waybill_binary().parent_path() / "screenshots";
    fs::create_directories(directory);
    return directory;
}

std::string decoded(std::string_view base64)
{
    namespace codec = boost::beast::detail::base64;
    std::string bytes(codec::decoded_size(base64.size()), '\0');
    bytes.resize(codec::decode(bytes.data(), base64.data(), base64.size()).first);
    return bytes;
}

} // namespace

Browser::Browser(const std::vector<std::string>& more_arguments)
    : driver_({"/usr/bin/chromedriver", "--port=" + std::to_string(port_.number())}, {}, downloads_.path())
{
    wait_until("chromedriver listens", [&] {
        try {
            command("GET", "/status");
            return true;
        }
        catch (const boost::system::system_error&) {
            return false;
        }
    });
    const json::value made = command(
        "POST", "/session", {{"capabilities", {{"alwaysMatch", capabilities(downloads_.path(), more_arguments)}}}});
    session_ = "/session/" + std::string(made.at("sessionId").as_string());
}

Browser::~Browser()
{
    try {
        command("DELETE", session_); // ends Chromium
    }
    catch (const std::exception&) {
    }
}

void Browser::open(const std::string& url)
{
    command("POST", session_ + "/url", {{"url", url}});
}

json::value Browser::run(std::string_view script, json::array arguments)
{
    return command("POST", session_ + "/execute/sync", {{"script", script}, {"args", std::move(arguments)}});
}

std::string Browser::text(std::string_view selector)
{
    const json::value found = run("return document.querySelector(arguments[0])?.innerText ?? ''", {selector});
    return std::string(found.as_string());
}

void Browser::click(std::string_view selector)
{
    wait_and_act("one can click " + std::string(selector), by_selector, selector, "/click", {});
}

void Browser::click_words(std::string_view words)
{
    wait_and_act("one can click \"" + std::string(words) + "\"", by_words, words, "/click", {});
}

void Browser::type(std::string_view selector, std::string_view keys)
{
    wait_and_act("one can type into " + std::string(selector), by_selector, selector, "/value", {{"text", keys}});
}

void Browser::press(std::string_view keys)
{
    json::array strokes;
    for (std::size_t at = 0; at < keys.size();) {
        std::size_t end = at + 1;
        while (end < keys.size() && (static_cast<unsigned char>(keys[end]) & 0xC0U) == 0x80U)
            ++end;
        for (const char* type : {"keyDown", "keyUp"})
            strokes.push_back({{"type", type}, {"value", keys.substr(at, end - at)}});
        at = end;
    }
    const json::object keyboard{{"type", "key"}, {"id", "keyboard"}, {"actions", strokes}};
    command("POST", session_ + "/actions", {{"actions", json::array{keyboard}}});
}

void Browser::leave_dialog()
{
    press(key::escape);
    wait_until_page("the dialog is closed", "!document.querySelector('dialog')");
}

void Browser::choose_file(std::string_view selector, const fs::path& file)
{
    type(selector, file.string());
}

void Browser::wait_until_page(const std::string& what, std::string_view condition, std::chrono::seconds patience)
{
    const std::string script = "return Boolean(" + std::string(condition) + ")";
    try {
        wait_until(
            what, [&] { return run(script).as_bool(); }, patience);
    }
    catch (const std::exception& error) {
        screenshot("failure");
        throw std::runtime_error(std::string(error.what()) + "; see the screenshot \"failure\"");
    }
}

void Browser::wait_for_text(std::string_view selector, std::string_view part)
{
    const std::string where = json::serialize(json::string(selector)), text = json::serialize(json::string(part));
    wait_until_page(std::string(selector) + " says \"" + std::string(part) + "\"",
                    "((one) => one?.checkVisibility() && one.innerText.includes(" + text +
                        "))(document.querySelector(" + where + "))");
}

fs::path Browser::print(bool is_letter)
{
    const json::object paper{
        {"paperWidth", is_letter ? 8.5 : 8.27}, {"paperHeight", is_letter ? 11 : 11.69}, {"printBackground", true}};
    const json::value printed =
        command("POST", session_ + "/goog/cdp/execute", {{"cmd", "Page.printToPDF"}, {"params", paper}});
    fs::path path = screenshot_directory() / (is_letter ? "report-letter.pdf" : "report-a4.pdf");
    std::ofstream file(path, std::ios::binary);
    file << decoded(printed.at("data").as_string());
    return path;
}

json::array Browser::cookies()
{
    return command("GET", session_ + "/cookie").as_array();
}

std::vector<std::string> Browser::console_errors()
{
    std::vector<std::string> errors;
    const json::value entries = command("POST", session_ + "/se/log", {{"type", "browser"}});
    for (const json::value& entry : entries.as_array())
        if (entry.at("level").as_string() == "SEVERE") errors.emplace_back(entry.at("message").as_string());
    return errors;
}

void Browser::screenshot(const std::string& name)
{
    const bool whole = !run("return Boolean(document.querySelector('dialog'))").as_bool();
    const json::object parameters{{"format", "png"}, {"captureBeyondViewport", whole}};
    const json::value taken =
        command("POST", session_ + "/goog/cdp/execute", {{"cmd", "Page.captureScreenshot"}, {"params", parameters}});
    std::ofstream file(screenshot_directory() / (name + ".png"), std::ios::binary);
    file << decoded(taken.at("data").as_string());
}

fs::path Browser::download(std::string_view words)
{
    const auto files = [&] {
        std::vector<fs::path> whole;
        for (const auto& entry : fs::directory_iterator(downloads_.path()))
            if (entry.path().extension() == ".csv") whole.push_back(entry.path());
        return whole;
    };
    for (const fs::path& old : files())
        fs::remove(old);
    click_words(words);
    // An empty file reserves the name until the whole one takes its place.
    wait_until("the download is there", [&] {
        return std::ranges::any_of(files(), [](const fs::path& file) { return fs::file_size(file) > 0; });
    });
    return files().front();
}

// Throws what the browser says when it refuses.
json::value Browser::command(std::string_view method, const std::string& path, json::object body) const
{
    const std::string content = method == "POST" ? json::serialize(body) : "";
    RawHttp connection(port_.number(), 0, driver_patience);
    const RawReply reply = connection.ask(
        std::string(method) + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content);
    json::value value = json::parse(reply.body).at("value");
    if (reply.status != 200) throw std::runtime_error("WebDriver: " + path + ": " + json::serialize(value));
    return value;
}

void Browser::act_on(const json::value& element, const std::string& action, const json::object& body)
{
    run("arguments[0].scrollIntoView({block: 'center'})", {element}); // not under the head of the page
    const std::string id(element.at(element_key).as_string());
    command("POST", session_ + "/element/" + id + action, body);
}

// Pages draw themselves anew: an element that is gone, covered or not there yet is looked for again.
void Browser::wait_and_act(const std::string& what, const std::string& find, std::string_view argument,
                           const std::string& action, const json::object& body)
{
    std::string refusal = "it is not there";
    const auto done = [&] {
        try {
            const json::value element = run(find, {argument});
            if (element.is_null()) return false;
            act_on(element, action, body);
            return true;
        }
        catch (const std::runtime_error& error) {
            refusal = error.what();
            return false;
        }
    };
    try {
        wait_until(what, done, std::chrono::seconds(30));
    }
    catch (const std::runtime_error& error) {
        screenshot("failure");
        throw std::runtime_error(std::string(error.what()) + ": " + refusal + "; see the screenshot \"failure\"");
    }
}

} // namespace waybill::test
