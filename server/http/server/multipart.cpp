#include "server/http/server/multipart.hpp"

#include "server/http/header_fields.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

namespace waybill::http
{

namespace
{

constexpr std::string_view line_end = "\r\n";

bool is_legal_boundary(std::string_view text)
{
    constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
    return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
           text.find_first_not_of(letters) == std::string_view::npos;
}

Response json_instead_of_form()
{
    constexpr auto sentence = "Send the fields as multipart/form-data, not as JSON";
    const boost::json::value body{
        {"error", sentence},
        {"detail", {{{"loc", {"body"}}, {"msg", sentence}, {"type", "content_type"}}}},
        {"code", "invalid_fields"},
    };
    return json_response(422, boost::json::serialize(body));
}

} // namespace

MultipartBoundary multipart_boundary(std::string_view content_type)
{
    const HeaderValue type = parse_header_value(content_type);
    if (type.token == "application/json" || type.token.ends_with("+json")) return {{}, json_instead_of_form()};
    if (type.token != "multipart/form-data")
        return {{}, error_response(400, "Expected multipart/form-data; send the fields and the file as a form")};
    const std::string* boundary = type.find("boundary");
    if (boundary == nullptr || !is_legal_boundary(*boundary))
        return {{}, error_response(400, "The multipart/form-data Content-Type needs a valid boundary")};
    return {*boundary, std::nullopt};
}

MultipartReader::MultipartReader(std::string_view boundary, std::string_view file_field)
    : delimiter_("\r\n--" + std::string(boundary)),
      file_field_(file_field),
      pending_(line_end) // the first boundary needs no line before it
{
}

std::optional<Response> MultipartReader::feed(std::string_view bytes)
{
    pending_.append(bytes);
    Step last = Step::again;
    while (last == Step::again)
        last = step();
    pending_.erase(0, consumed_);
    consumed_ = 0;
    return std::exchange(refusal_, std::nullopt);
}

std::optional<Response> MultipartReader::finish()
{
    if (place_ == Place::epilogue) return std::nullopt;
    if (parts_ == 0 && place_ == Place::preamble)
        return error_response(400, "The body does not contain the boundary that its Content-Type names");
    return error_response(400, "The multipart body ends before its closing boundary; send it again");
}

MultipartReader::Step MultipartReader::step()
{
    switch (place_) {
    case Place::padding:
        return read_padding();
    case Place::part_head:
        return read_part_head();
    case Place::epilogue:
        consumed_ = pending_.size();
        return Step::need_more;
    default:
        return read_content();
    }
}

MultipartReader::Step MultipartReader::read_content()
{
    const std::string_view text = unread();
    const std::size_t found = text.find(delimiter_);
    if (found != 0) {
        const std::size_t undecided = std::min(text.size(), delimiter_.size() - 1);
        const bool complete = found != std::string_view::npos;
        if (take_content(complete ? found : text.size() - undecided) == Step::refused) return Step::refused;
        return complete ? Step::again : Step::need_more;
    }
    return read_behind_delimiter();
}

// The next two bytes decide whether it is a delimiter, or only the beginning of a longer line.
MultipartReader::Step MultipartReader::read_behind_delimiter()
{
    const std::string_view behind = unread().substr(delimiter_.size());
    if (behind.size() < 2) return Step::need_more;
    const bool closing = behind.starts_with("--");
    if (!closing && !behind.starts_with(line_end) && behind[0] != ' ' && behind[0] != '\t') return take_content(1);
    end_part();
    consumed_ += delimiter_.size();
    place_ = closing ? Place::epilogue : Place::padding;
    return Step::again;
}

MultipartReader::Step MultipartReader::read_padding()
{
    const std::string_view text = unread();
    const std::size_t end = text.find_first_not_of(" \t");
    if (end > 1024 && text.size() > 1024) return refuse(400, "A boundary line of the multipart body is malformed");
    if (end == std::string_view::npos || text.size() < end + 2) return Step::need_more;
    if (!text.substr(end).starts_with(line_end))
        return refuse(400, "A boundary line of the multipart body is malformed");
    consumed_ += end; // the line's end stays: a head without any line is found like any other
    place_ = Place::part_head;
    return Step::again;
}

MultipartReader::Step MultipartReader::read_part_head()
{
    const std::string_view text = unread();
    const std::size_t end = text.find("\r\n\r\n");
    if (std::min(end, text.size()) > max_part_head_bytes)
        return refuse(400, "The head of a multipart part is too long");
    if (end == std::string_view::npos) return Step::need_more;
    consumed_ += end + 4;
    return begin_part(text.substr(0, end));
}

MultipartReader::Step MultipartReader::begin_part(std::string_view head)
{
    auto disposition = parse_part_head(head);
    if (!disposition) return refuse(400, "Every part of the multipart body needs a Content-Disposition with a name");
    if (++parts_ > max_parts) return refuse(413, "The form has too many parts; send at most 64");
    if (disposition->file_name && !file_field_.empty() && disposition->name != file_field_)
        return refuse(422, "Only " + file_field_ + " may be a file; send the other fields without a file name");
    name_ = std::move(disposition->name);
    field_.clear();
    place_ = disposition->file_name ? Place::file : Place::field;
    if (disposition->file_name) file_.emplace(FilePart{std::move(*disposition->file_name), SpooledFile{}});
    return Step::again;
}

MultipartReader::Step MultipartReader::take_content(std::size_t size)
{
    const std::string_view content = unread().substr(0, size);
    if (place_ == Place::field) {
        if (field_.size() + size > max_field_bytes) return refuse(413, "A form field is too long; send at most 64 KB");
        field_.append(content);
    }
    if (place_ == Place::file) file_->content.append(content);
    consumed_ += size;
    return Step::again;
}

void MultipartReader::end_part()
{
    if (place_ == Place::field) form_.fields.insert_or_assign(std::move(name_), std::move(field_));
    if (place_ != Place::file) return;
    const bool left_empty = file_->file_name.empty() && file_->content.size() == 0;
    if (!left_empty) form_.files.insert_or_assign(std::move(name_), std::move(*file_));
    file_.reset();
}

MultipartReader::Step MultipartReader::refuse(int status, std::string_view sentence)
{
    refusal_ = error_response(status, sentence);
    return Step::refused;
}

} // namespace waybill::http
