#pragma once

#include <cstdint>
#include <string_view>

namespace waybill::db
{

// FNV-1a, 64 bits, over a list of texts: the same on every machine and in every build, as what is stored must be.
class StableHash
{
public:
    StableHash& add(std::string_view text)
    {
        for (const unsigned char byte : text)
            hash_ = (hash_ ^ byte) * prime;
        hash_ = (hash_ ^ 0xffU) * prime; // not a byte of UTF-8: where one text ends
        return *this;
    }
    std::int64_t value() const { return static_cast<std::int64_t>(hash_); }

private:
    static constexpr std::uint64_t prime = 1099511628211ULL;
    std::uint64_t hash_ = 14695981039346656037ULL;
};

} // namespace waybill::db
