#include "tests/support/tested_build.hpp"

namespace waybill::test
{

std::filesystem::path source_path(std::string_view relative)
{
    return std::filesystem::path(WAYBILL_SOURCE_DIR) / relative;
}

std::filesystem::path waybill_binary()
{
    return WAYBILL_BINARY;
}

bool waybill_is_sanitized()
{
    return WAYBILL_IS_SANITIZED;
}

} // namespace waybill::test
