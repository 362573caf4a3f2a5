#include "server/recipients/csv.hpp"

#include "config/ascii.hpp"
#include "server/recipients/csv_cell.hpp"

#include <csv.h>

#include <algorithm>
#include <new>
#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t beginning = 1024; // bytes that tell a CSV file from another kind of file
constexpr std::size_t field_buffer_growth = 4096;

csv_parser* new_parser()
{
    auto* parser = new csv_parser;
    csv_init(parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_blk_size(parser, field_buffer_growth);
    return parser;
}

void delete_parser(csv_parser* parser)
{
    csv_free(parser);
    delete parser;
}

[[noreturn]] void refuse_bytes(text::TextFault fault, bool at_beginning, const std::string& place)
{
    std::string what = fault == text::TextFault::nul ? "a NUL byte" : "a character that is not UTF-8";
    std::string sentence = at_beginning ? "This is not a CSV file in UTF-8: there is " : "There is ";
    throw CsvError(sentence + what + " in " + place + "; save the file as \"CSV UTF-8\" and upload it again");
}

} // namespace

CsvRecords::CsvRecords(ReadAt read, CsvLimits limits)
    : text_(std::move(read)), limits_(limits), parser_(new_parser(), delete_parser)
{
}

bool CsvRecords::next()
{
    complete_ = false;
    record_.clear();
    field_ends_.clear();
    longest_field_ = 0;
    while (!complete_) {
        std::string_view line = text_.next_line();
        if (!line.empty())
            parse(line);
        else {
            finish();
            if (!complete_) return false;
        }
        check_limits();
    }
    split_record();
    ++row_;
    return true;
}

void CsvRecords::parse(std::string_view line)
{
    if (csv_parse(parser_.get(), line.data(), line.size(), on_field, on_record, this) == line.size()) return;
    if (csv_error(parser_.get()) == CSV_ENOMEM) throw std::bad_alloc();
    throw CsvError("A quotation mark stands in the wrong place in " + place() +
                   "; put the whole field into quotation marks and double those inside it");
}

void CsvRecords::finish()
{
    if (text_.fault() != text::TextFault::none) refuse_bytes(text_.fault(), text_.position() < beginning, place());
    if (csv_fini(parser_.get(), on_field, on_record, this) == 0) return;
    throw CsvError("A quotation mark is opened in " + place() + " and never closed");
}

// No exception may pass through libcsv: what is over a limit is noted here and refused after the line.
void CsvRecords::on_field(void* text, std::size_t size, void* self)
{
    auto& records = *static_cast<CsvRecords*>(self);
    records.longest_field_ = std::max(records.longest_field_, size);
    records.record_.append(static_cast<const char*>(text), size);
    records.field_ends_.push_back(records.record_.size());
}

void CsvRecords::on_record(int, void* self)
{
    static_cast<CsvRecords*>(self)->complete_ = true;
}

void CsvRecords::check_limits() const
{
    std::size_t unfinished = parser_->entry_pos;
    if (std::max(longest_field_, unfinished) > limits_.field_bytes)
        throw CsvError("A field in " + place() + " is longer than " + std::to_string(limits_.field_bytes) +
                       " bytes; is a closing quotation mark missing?");
    if (field_ends_.size() > limits_.columns)
        throw CsvError("There are more than " + std::to_string(limits_.columns) + " columns in " + place());
    if (record_.size() + unfinished > limits_.record_bytes)
        throw CsvError("There are more than " + std::to_string(limits_.record_bytes) + " bytes in " + place());
}

void CsvRecords::split_record()
{
    fields_.clear();
    std::size_t begin = 0;
    for (std::size_t end : field_ends_) {
        fields_.push_back(without_guard(config::trimmed(std::string_view(record_).substr(begin, end - begin))));
        begin = end;
    }
}

std::string CsvRecords::place() const
{
    return row_ < 0 ? "the header line" : "row " + std::to_string(row_ + 1);
}

} // namespace waybill::recipients
