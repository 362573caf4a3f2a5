#pragma once

#include "server/recipients/xlsx/zip_archive.hpp"

#include <cstddef>
#include <exception>
#include <memory>
#include <string_view>

struct XML_ParserStruct;

namespace waybill::recipients
{

// The attributes of an element; namespaces do not count.
class XmlAttributes
{
public:
    explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}

    std::string_view get(std::string_view name) const; // empty if the element has none of this name

private:
    const char** pairs_;
};

// Receives what an XML document holds; names come without their namespace.
class XmlHandler
{
public:
    virtual ~XmlHandler() = default;
    virtual void on_start(std::string_view name, const XmlAttributes& attributes) = 0;
    virtual void on_end(std::string_view) {}
    virtual void on_text(std::string_view) {}
};

// An XML document in an archive, parsed piece by piece. Document types, and with them entities, are refused; depth and
// size of a tag have limits.
class XmlStream
{
public:
    XmlStream(std::unique_ptr<ZipEntry> entry, XmlHandler& handler);

    bool feed(); // parses the next piece; false at the end; throws ListError and what the handler throws
    void feed_all();

private:
    static void on_start(void* self, const char* name, const char** attributes);
    static void on_end(void* self, const char* name);
    static void on_text(void* self, const char* text, int size);
    static void on_document_type(void* self, const char*, const char*, const char*, int);
    template <typename Action>
    void guarded(Action action) noexcept;

    std::unique_ptr<ZipEntry> entry_;
    XmlHandler& handler_;
    std::unique_ptr<XML_ParserStruct, void (*)(XML_ParserStruct*)> parser_;
    std::exception_ptr thrown_; // by the handler: no exception may pass through expat
    bool has_ended_ = false;
    int depth_ = 0;
    long long fed_ = 0;
};

} // namespace waybill::recipients
