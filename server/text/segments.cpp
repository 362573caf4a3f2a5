#include "server/text/segments.hpp"

#include "server/text/utf8.hpp"

#include <utility>

namespace waybill::text
{

namespace
{

struct Limits
{
    std::size_t alone;        // units of a message that needs one segment
    std::size_t concatenated; // units of each segment of a longer one
};

constexpr Limits gsm7_limits{160, 153};
constexpr Limits ucs2_limits{70, 67};

// Fills segments one after the other with pieces that must not be split.
class Cutter
{
public:
    explicit Cutter(std::size_t capacity) : capacity_(capacity) {}

    void add(std::size_t units)
    {
        if (parts_.back() + units > capacity_) parts_.push_back(0);
        parts_.back() += units;
    }

    std::vector<std::size_t> take() { return std::move(parts_); }

private:
    std::size_t capacity_;
    std::vector<std::size_t> parts_{0};
};

std::vector<std::size_t> cut_gsm7(std::string_view text)
{
    Cutter cutter(gsm7_limits.concatenated);
    for (std::size_t at = 0; at < text.size();)
        cutter.add(gsm7::septets(next_code_point(text, at)));
    return cutter.take();
}

std::vector<std::size_t> cut_ucs2(std::string_view text)
{
    Cutter cutter(ucs2_limits.concatenated);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = grapheme_end(text, at);
        std::size_t units = utf16_units(text.substr(at, end - at));
        bool fits = units <= ucs2_limits.concatenated;
        if (fits) cutter.add(units);
        while (!fits && at < end)
            cutter.add(utf16_units(next_code_point(text, at)));
        at = end;
    }
    return cutter.take();
}

// What the text would need in either encoding.
struct Need
{
    bool gsm7 = true;
    std::size_t septets = 0;
    std::size_t utf16_units = 0;
};

Need measure(std::string_view text)
{
    Need need;
    for (std::size_t at = 0; at < text.size();) {
        auto byte = static_cast<unsigned char>(text[at]);
        char32_t character = byte;
        if (byte < 0x80)
            ++at;
        else
            character = next_code_point(text, at);
        std::size_t septets = gsm7::septets(character);
        need.gsm7 &= septets != 0;
        need.septets += septets;
        need.utf16_units += utf16_units(character);
    }
    return need;
}

} // namespace

Segmentation segment(std::string_view text)
{
    Need need = measure(text);
    Segmentation result;
    result.encoding = need.gsm7 ? Encoding::gsm7 : Encoding::ucs2;
    result.units = need.gsm7 ? need.septets : need.utf16_units;
    result.utf16_units = need.utf16_units;
    if (result.units <= (need.gsm7 ? gsm7_limits : ucs2_limits).alone)
        result.part_units = {result.units};
    else
        result.part_units = need.gsm7 ? cut_gsm7(text) : cut_ucs2(text);
    result.segments = result.part_units.size();
    return result;
}

std::string_view name_of(Encoding encoding)
{
    return encoding == Encoding::gsm7 ? "GSM-7" : "UCS-2";
}

} // namespace waybill::text
