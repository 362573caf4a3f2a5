#pragma once

#include <span>
#include <string_view>

namespace waybill::dashboard
{

// A file of the dashboard, as it was when this was built.
struct Asset
{
    std::string_view name;
    std::string_view content_type;
    std::string_view hash; // of the content
    std::string_view content;
    std::string_view compressed; // the same, by gzip
};

std::span<const Asset> all_assets(); // embed.cmake writes it

} // namespace waybill::dashboard
