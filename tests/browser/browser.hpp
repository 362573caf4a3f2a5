#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/reserved_port.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::test
{

// A headless Chromium, led by chromedriver over the W3C WebDriver protocol.
class Browser
{
public:
    explicit Browser(const std::vector<std::string>& more_arguments = {}); // for Chromium
    ~Browser();
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;

    void open(const std::string& url);
    void resize(int width, int height);
    void prefer_dark(bool dark);
    void force_colours(bool forced);             // as a system with high contrast does
    void set_time_zone(const std::string& zone); // of pages that are loaded from now on; empty: the system's

    // Runs the body of a JavaScript function with `arguments` and gives what it returns.
    boost::json::value run(std::string_view script, boost::json::array arguments = {});
    std::string text(std::string_view selector); // as it is seen, of the first such element; empty without one

    // What a person does. An element is given by a selector or by the words on a button or link; it is waited for.
    void click(std::string_view selector);
    void click_words(std::string_view words);
    void type(std::string_view selector, std::string_view keys);
    void press(std::string_view keys); // where the focus is; code points of the WebDriver protocol
    void leave_dialog();               // by Escape; waits until it is gone
    void choose_file(std::string_view selector, const std::filesystem::path& file);

    void wait_until_page(const std::string& what, std::string_view condition, // JavaScript
                         std::chrono::seconds patience = std::chrono::seconds(60));
    void wait_for_text(std::string_view selector, std::string_view part);

    std::string tab();      // the one that is shown
    std::string open_tab(); // and shows it
    void show_tab(const std::string& tab);
    void close_tab();                            // the one that is shown; another one must be shown next
    std::filesystem::path print(bool is_letter); // the page as a PDF, on A4 or Letter

    boost::json::array cookies(); // of the page, with all that the browser knows of them
    void forget_cookies();        // of all sites

    std::vector<std::string> console_errors(); // since the last call
    void screenshot(const std::string& name); // of the page or its dialog, into WAYBILL_SCREENSHOTS or beside the build

    std::filesystem::path download(std::string_view words); // clicks there; the file that comes of it

private:
    boost::json::value command(std::string_view method, const std::string& path, boost::json::object body = {}) const;
    void act_on(const boost::json::value& element, const std::string& action, const boost::json::object& body);
    void wait_and_act(const std::string& what, const std::string& find, std::string_view argument,
                      const std::string& action, const boost::json::object& body);

    TestDirectory downloads_;
    ReservedPort port_;
    ChildProcess driver_;
    std::string session_; // path of it
};

namespace key
{
inline constexpr std::string_view tab = "\ue004", enter = "\ue007", escape = "\ue00c", space = "\ue00d";
} // namespace key

} // namespace waybill::test
