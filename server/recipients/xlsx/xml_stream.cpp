#include "server/recipients/xlsx/xml_stream.hpp"

#include <expat.h>
#include <new>
#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr int xml_piece_bytes = 8 * 1024;
constexpr int max_depth = 100;
constexpr long long max_tag_bytes = 1024 * 1024;

std::string_view local(std::string_view name)
{
    const std::size_t colon = name.rfind(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

ListError damaged()
{
    return ListError(
        "The workbook is damaged or not made by a spreadsheet; save it again in Excel and upload it again");
}

long long position_of(XML_Parser parser)
{
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
    return XML_GetCurrentByteIndex64(parser);
#else
    return XML_GetCurrentByteIndex(parser);
#endif
}

} // namespace

std::string_view XmlAttributes::get(std::string_view name) const
{
    for (const char** pair = pairs_; *pair; pair += 2)
        if (local(*pair) == name) return pair[1];
    return {};
}

XmlStream::XmlStream(std::unique_ptr<ZipEntry> entry, XmlHandler& handler)
    : entry_(std::move(entry)), handler_(handler), parser_(XML_ParserCreate(nullptr), XML_ParserFree)
{
    if (!parser_) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser_.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), on_document_type);
}

bool XmlStream::feed()
{
    if (has_ended_) return false;
    void* buffer = XML_GetBuffer(parser_.get(), xml_piece_bytes);
    if (!buffer) throw std::bad_alloc();
    const std::size_t size = entry_->read(static_cast<char*>(buffer), xml_piece_bytes);
    const XML_Status status = XML_ParseBuffer(parser_.get(), static_cast<int>(size), size == 0);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (status != XML_STATUS_OK) throw damaged();
    fed_ += static_cast<long long>(size);
    if (fed_ - position_of(parser_.get()) > max_tag_bytes) throw damaged();
    has_ended_ = size == 0;
    return !has_ended_;
}

void XmlStream::feed_all()
{
    while (feed()) {
    }
}

template <typename Action>
void XmlStream::guarded(Action action) noexcept
{
    if (thrown_) return;
    try {
        action();
    }
    catch (...) {
        thrown_ = std::current_exception();
        XML_StopParser(parser_.get(), XML_FALSE);
    }
}

void XmlStream::on_start(void* self, const char* name, const char** attributes)
{
    auto& stream = *static_cast<XmlStream*>(self);
    stream.guarded([&] {
        if (++stream.depth_ > max_depth) throw damaged();
        stream.handler_.on_start(local(name), XmlAttributes(attributes));
    });
}

void XmlStream::on_end(void* self, const char* name)
{
    auto& stream = *static_cast<XmlStream*>(self);
    stream.guarded([&] {
        --stream.depth_;
        stream.handler_.on_end(local(name));
    });
}

void XmlStream::on_text(void* self, const char* text, int size)
{
    auto& stream = *static_cast<XmlStream*>(self);
    stream.guarded([&] { stream.handler_.on_text({text, static_cast<std::size_t>(size)}); });
}

void XmlStream::on_document_type(void* self, const char*, const char*, const char*, int)
{
    static_cast<XmlStream*>(self)->guarded([] {
        throw ListError(
            "The workbook contains a document type, which no spreadsheet writes; save it again in Excel and "
            "upload it again");
    });
}

} // namespace waybill::recipients
