#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/campaigns/exports.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace waybill::api
{

// The messages of a campaign as a CSV file for people: RFC 4180, UTF-8 with a byte order mark, safe to open in a
// spreadsheet. The same figures as those of the messages route.
class MessagesCsv
{
public:
    explicit MessagesCsv(const db::Campaign& campaign);

    static std::string header();
    void append(std::string& csv, const db::ExportedMessage& message);

private:
    void append_error(std::string& csv, std::optional<int> code); // and its meaning

    std::int64_t price_per_segment_;
    std::string end_;                        // of each message: its campaign
    std::map<int, std::string> error_cells_; // by code: it and its meaning
};

// The rows of an upload that were not sent, as a CSV file to be corrected and uploaded again: the columns as they came,
// and behind them the reason. The reader of uploads removes the guard of a cell (recipients/csv/csv_cell.hpp).
class RejectedCsv
{
public:
    static std::string header_of_none(); // when there is no row
    void append(std::string& csv, const db::ExportedRejection& row);

private:
    void append_header(std::string& csv, const boost::json::object& row);

    bool begun_ = false;
    std::size_t columns_ = 0; // of the upload, but for the reason of an earlier round
};

} // namespace waybill::api
