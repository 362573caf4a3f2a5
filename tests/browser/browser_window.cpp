#include "tests/browser/browser.hpp"

#include <boost/json/value.hpp>

// The windows of the browser, and how they show a page.
namespace waybill::test
{

namespace json = boost::json;

void Browser::resize(int width, int height)
{
    const json::object metrics{{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}};
    command("POST", session_ + "/goog/cdp/execute",
            {{"cmd", "Emulation.setDeviceMetricsOverride"}, {"params", metrics}});
}

void Browser::prefer_dark(bool dark)
{
    const json::array features{{{"name", "prefers-color-scheme"}, {"value", dark ? "dark" : "light"}},
                               {{"name", "prefers-reduced-motion"}, {"value", "reduce"}}};
    command("POST", session_ + "/goog/cdp/execute",
            {{"cmd", "Emulation.setEmulatedMedia"}, {"params", {{"features", features}}}});
}

void Browser::force_colours(bool forced)
{
    const json::array features{{{"name", "forced-colors"}, {"value", forced ? "active" : "none"}}};
    command("POST", session_ + "/goog/cdp/execute",
            {{"cmd", "Emulation.setEmulatedMedia"}, {"params", {{"features", features}}}});
}

void Browser::set_time_zone(const std::string& zone)
{
    command("POST", session_ + "/goog/cdp/execute",
            {{"cmd", "Emulation.setTimezoneOverride"}, {"params", {{"timezoneId", zone}}}});
}

void Browser::forget_cookies()
{
    command("POST", session_ + "/goog/cdp/execute",
            {{"cmd", "Network.clearBrowserCookies"}, {"params", json::object()}});
}

std::string Browser::tab()
{
    return std::string(command("GET", session_ + "/window").as_string());
}

std::string Browser::open_tab()
{
    const json::value made = command("POST", session_ + "/window/new", {{"type", "tab"}});
    std::string tab(made.at("handle").as_string());
    show_tab(tab);
    return tab;
}

void Browser::show_tab(const std::string& tab)
{
    command("POST", session_ + "/window", {{"handle", tab}});
}

void Browser::close_tab()
{
    command("DELETE", session_ + "/window");
}

} // namespace waybill::test
