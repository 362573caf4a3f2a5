#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/campaigns/exports.hpp"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

struct lxw_format;
struct lxw_workbook;
struct lxw_worksheet;

namespace waybill::api
{

// The messages of a campaign as an Excel workbook with the columns of the CSV: ids are text, so that Excel does not
// round them, times are dates. It grows in a file, not in memory; a full sheet is followed by another one. Everything
// blocks, and belongs to one thread at a time.
class MessagesXlsx
{
public:
    static constexpr std::uint32_t rows_of_a_sheet = 1'048'575; // below the header

    explicit MessagesXlsx(const db::Campaign& campaign, std::uint32_t max_rows = rows_of_a_sheet);
    ~MessagesXlsx();
    MessagesXlsx(const MessagesXlsx&) = delete;
    MessagesXlsx& operator=(const MessagesXlsx&) = delete;

    void append(const db::ExportedMessage& message);
    void finish();      // then it can be read
    std::string read(); // its next piece; empty at the end

private:
    void begin_sheet();
    void text(std::string_view text);
    void number(double number, lxw_format* format = nullptr);
    void time(const std::optional<db::Time>& time);

    std::string path_;
    lxw_workbook* workbook_ = nullptr;
    lxw_worksheet* sheet_ = nullptr;
    lxw_format *date_ = nullptr, *money_ = nullptr, *bold_ = nullptr;
    std::uint32_t max_rows_, row_ = 0;
    std::uint16_t column_ = 0;
    std::int64_t price_per_segment_;
    std::string campaign_, offer_, offer_code_, reference_, metadata_;
    std::map<int, std::string> meanings_; // by error code
    std::string cell_;                    // ends with the NUL that the library wants
    std::ifstream finished_;
};

} // namespace waybill::api
