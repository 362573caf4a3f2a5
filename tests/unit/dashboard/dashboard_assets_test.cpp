#include "server/dashboard/assets.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <string>

// The dashboard as it travels in the binary.

using waybill::dashboard::all_assets;
using waybill::dashboard::Asset;

namespace
{

constexpr std::string_view library = "chart.min.js";

std::set<std::string> found_in(const Asset& asset, const std::string& pattern)
{
    std::set<std::string> names;
    const std::string text(asset.content);
    const std::regex expression(pattern);
    for (std::sregex_iterator at(text.begin(), text.end(), expression); at != std::sregex_iterator(); ++at)
        names.insert((*at)[1]);
    return names;
}

bool is_asset(const std::string& name)
{
    return std::ranges::find(all_assets(), name, &Asset::name) != all_assets().end();
}

// The name of the asset that the path leads to, from that one.
std::string resolved(const Asset& asset, const std::string& path)
{
    return (std::filesystem::path(asset.name).parent_path() / path).lexically_normal().string();
}

} // namespace

BOOST_AUTO_TEST_SUITE(dashboard_assets)

BOOST_AUTO_TEST_CASE(all_of_it_is_less_than_160_kilobytes_to_fetch)
{
    std::size_t bytes = 0;
    for (const Asset& asset : all_assets())
        bytes += asset.compressed.size();
    BOOST_TEST(bytes > 10'000U);
    BOOST_TEST(bytes < 160'000U);
}

BOOST_AUTO_TEST_CASE(whatever_it_refers_to_is_there)
{
    for (const Asset& asset : all_assets()) {
        if (asset.name == library) continue;
        for (const std::string& path : found_in(asset, R"re((?:from |import\()"(\.[^"]+)")re"))
            BOOST_TEST(is_asset(resolved(asset, path)), asset.name << " imports " << path);
        for (const std::string& name : found_in(asset, R"re("/assets/([^"]+)")re"))
            BOOST_TEST(is_asset(name), asset.name << " asks for " << name);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_put_into_the_page_as_html)
{
    for (const Asset& asset : all_assets()) {
        if (asset.name == library) continue;
        for (const std::string& sink :
             found_in(asset,
                      R"re((innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|javascript:))re"))
            BOOST_ERROR(std::string(asset.name) + " uses " + sink);
        for (const std::string& inlined : found_in(asset, R"re(<[^>]+ (style|on[a-z]+)=)re"))
            BOOST_ERROR(std::string(asset.name) + " has an inline " + inlined);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_fetched_from_elsewhere)
{
    for (const Asset& asset : all_assets())
        for (const std::string& address :
             found_in(asset, R"re((?:src|href|url\(|fetch\()[=(]?["']?(https?://[^"')]+))re"))
            BOOST_ERROR(std::string(asset.name) + " names " + address);
}

BOOST_AUTO_TEST_SUITE_END()
