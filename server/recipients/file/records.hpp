#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// The rows of a list, whatever the file's format, header line and blank rows among them; one row in memory at a time.
class Records
{
public:
    Records() = default;
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;
    virtual ~Records() = default;

    // Moves to the next row; false at the end. Throws ListError when the rest of the file cannot be read.
    virtual bool next() = 0;

    virtual std::string_view encoding() const { return {}; } // for people, of what was read so far; only of a text

    std::span<const std::string_view> fields() const { return fields_; } // trimmed; valid until next()
    std::int64_t line() const { return line_; }                          // as a spreadsheet numbers it, from 1
    std::string_view fault() const { return fault_; }                    // a hint for people; empty if it reads well
    bool is_too_wide() const { return too_wide_; }                       // cells beyond ListLimits::columns hold text

protected:
    std::vector<std::string_view> fields_;
    std::int64_t line_ = 0;
    std::string_view fault_;
    bool too_wide_ = false;
};

bool is_blank(std::span<const std::string_view> fields);

} // namespace waybill::recipients
