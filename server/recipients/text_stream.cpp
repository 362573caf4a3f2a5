#include "server/recipients/text_stream.hpp"

#include <algorithm>

namespace waybill::recipients
{

namespace
{

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

} // namespace

std::string_view TextStream::next_line()
{
    while (at_ == text_.size)
        if (!refill()) return {};
    std::string_view rest(piece_.data() + at_, text_.size - at_);
    auto end = std::ranges::find_if(rest, [](char character) { return character == '\n' || character == '\r'; });
    std::size_t size = std::min<std::size_t>(end - rest.begin() + 1, rest.size());
    at_ += size;
    return rest.substr(0, size);
}

bool TextStream::refill()
{
    if (text_.fault == text::TextFault::nul || text_.fault == text::TextFault::not_utf8) return false;
    std::copy(piece_.begin() + at_, piece_.begin() + filled_, piece_.begin()); // the beginning of a sequence
    offset_ += at_;
    filled_ -= at_;
    at_ = 0;
    std::size_t size = read_(offset_ + filled_, piece_.data() + filled_, piece_.size() - filled_);
    filled_ += size;
    text_ = text::text_prefix({piece_.data(), filled_});
    if (size == 0 && text_.fault == text::TextFault::incomplete) text_.fault = text::TextFault::not_utf8;
    if (offset_ == 0 && std::string_view(piece_.data(), text_.size).starts_with(byte_order_mark))
        at_ = byte_order_mark.size();
    return size != 0;
}

} // namespace waybill::recipients
