#pragma once

#include <filesystem>
#include <string_view>

namespace waybill::test
{

// `relative` to the root of the source tree.
std::filesystem::path source_path(std::string_view relative);

// The executable under test.
std::filesystem::path waybill_binary();

// It is slower than the product then, and keeps the memory that was freed.
bool waybill_is_sanitized();

} // namespace waybill::test
