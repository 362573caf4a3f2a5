#pragma once

#include "server/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::http
{

// The boundary of a `multipart/form-data` Content-Type, or the reply that says what is wrong with it.
struct MultipartBoundary
{
    std::string text;
    std::optional<Response> refusal;
};
MultipartBoundary multipart_boundary(std::string_view content_type);

// Reads a multipart/form-data body as it arrives. Files go to SpooledFiles; what stays in memory is bounded.
class MultipartReader
{
public:
    static constexpr std::size_t max_parts = 64;
    static constexpr std::size_t max_field_bytes = 64 * 1024;
    static constexpr std::size_t max_part_head_bytes = 16 * 1024;

    // `file_field`: the only field that may be a file; empty: every one.
    explicit MultipartReader(std::string_view boundary, std::string_view file_field = {});

    // Both return the reply to a body that cannot be accepted; nothing more may be fed then. They throw
    // std::system_error when a file cannot be spooled.
    std::optional<Response> feed(std::string_view bytes);
    std::optional<Response> finish();

    MultipartForm take_form() { return std::move(form_); }

private:
    enum class Place
    {
        preamble,
        padding, // between a boundary and the end of its line
        part_head,
        field,
        file,
        epilogue
    };
    enum class Step
    {
        again,
        need_more,
        refused
    };

    Step step();
    Step read_content();
    Step read_padding();
    Step read_part_head();
    Step read_behind_delimiter();
    Step begin_part(std::string_view head);
    Step take_content(std::size_t size);
    Step refuse(int status, std::string_view sentence);
    void end_part();
    std::string_view unread() const { return std::string_view(pending_).substr(consumed_); }

    std::string delimiter_; // CR LF -- boundary
    std::string file_field_;
    std::string pending_; // bytes that cannot be judged yet
    std::size_t consumed_ = 0;
    Place place_ = Place::preamble;
    std::size_t parts_ = 0;
    std::string name_; // of the part being read
    std::string field_;
    std::optional<FilePart> file_;
    MultipartForm form_;
    std::optional<Response> refusal_;
};

} // namespace waybill::http
