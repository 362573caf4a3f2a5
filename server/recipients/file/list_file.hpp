#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace waybill::recipients
{

// Reads up to `size` bytes at `offset`; 0 at the end.
using ReadAt = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t size)>;

// An uploaded list, spooled: it can be read more than once.
struct ListFile
{
    ReadAt read;
    std::uint64_t size = 0;

    std::string bytes(std::uint64_t offset, std::size_t count) const // fewer at the end
    {
        std::string found(count, '\0');
        found.resize(read(offset, found.data(), count));
        return found;
    }
};

// The file as a whole is unusable; what() is one plain sentence for the uploader (400).
class ListError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// Cells are cut at `field_bytes`, rows at `row_bytes`; a header line over its limits is a ListError.
struct ListLimits
{
    static constexpr std::size_t field_bytes = 64 * 1024;
    static constexpr std::size_t row_bytes = 1024 * 1024;
    static constexpr std::size_t header_bytes = 64 * 1024;
    static constexpr std::size_t columns = 256;
};

} // namespace waybill::recipients
