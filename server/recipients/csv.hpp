#pragma once

#include "server/recipients/text_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct csv_parser;

namespace waybill::recipients
{

// The file as a whole is unusable; what() is one plain sentence for the uploader (400).
class CsvError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

struct CsvLimits
{
    std::size_t field_bytes;
    std::size_t record_bytes;
    std::size_t columns;
};

// The records of a CSV file: RFC 4180 by libcsv in strict mode, LF or CRLF, blank lines passed over. Holds one record
// at a time.
class CsvRecords
{
public:
    CsvRecords(ReadAt read, CsvLimits limits);

    // Goes on to the next record; false at the end. Throws CsvError (broken quoting, not UTF-8, NUL, over a limit),
    // naming the record.
    bool next();

    // The current record's, without surrounding white space and without the guard that an export of ours puts before
    // what looks like a formula; valid until next().
    std::span<const std::string_view> fields() const { return fields_; }
    std::int64_t row() const { return row_; } // 0 is the header line

private:
    static void on_field(void* text, std::size_t size, void* self);
    static void on_record(int terminator, void* self);
    void parse(std::string_view line);
    void finish();
    void check_limits() const;
    void split_record();
    std::string place() const; // of the record that is being read, for people

    TextStream text_;
    CsvLimits limits_;
    std::unique_ptr<csv_parser, void (*)(csv_parser*)> parser_;
    std::int64_t row_ = -1;
    bool complete_ = false;
    std::string record_;                  // its fields, one behind the other
    std::vector<std::size_t> field_ends_; // in record_
    std::size_t longest_field_ = 0;       // of the record
    std::vector<std::string_view> fields_;
};

} // namespace waybill::recipients
