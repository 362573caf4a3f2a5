#include "server/simulator/sids.hpp"

#include <charconv>

namespace waybill::simulator
{

namespace
{

void append_hex(std::string& text, std::uint64_t value)
{
    constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4)
        text += digits[(value >> shift) & 0xF];
}

std::optional<std::uint64_t> parse_hex(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Hides an index behind the random half that stands before it.
std::uint64_t mask_of(std::uint64_t seed, std::uint64_t random)
{
    return mix(seed ^ random);
}

} // namespace

std::string make_sid(std::string_view prefix, std::uint64_t seed, std::uint64_t index, Aspect aspect)
{
    const std::uint64_t random = draw(seed, index, aspect);
    std::string sid;
    sid.reserve(prefix.size() + 32);
    sid += prefix;
    append_hex(sid, random);
    append_hex(sid, index ^ mask_of(seed, random));
    return sid;
}

std::optional<std::uint64_t> index_of_sid(std::string_view prefix, std::uint64_t seed, std::string_view sid,
                                          Aspect aspect)
{
    if (sid.size() != prefix.size() + 32 || !sid.starts_with(prefix)) return std::nullopt;
    sid.remove_prefix(prefix.size());
    const auto random = parse_hex(sid.substr(0, 16));
    const auto masked = parse_hex(sid.substr(16));
    if (!random || !masked) return std::nullopt;
    const std::uint64_t index = *masked ^ mask_of(seed, *random);
    if (draw(seed, index, aspect) != *random) return std::nullopt;
    return index;
}

std::string make_uuid(std::uint64_t seed, std::uint64_t index, Aspect aspect)
{
    std::string uuid;
    uuid.reserve(36);
    append_hex(uuid, draw(seed, index, aspect));
    append_hex(uuid, draw(~seed, index, aspect));
    uuid[12] = '4'; // version
    uuid[16] = 'a'; // variant
    for (const std::size_t position : {20, 16, 12, 8})
        uuid.insert(position, 1, '-');
    return uuid;
}

} // namespace waybill::simulator
