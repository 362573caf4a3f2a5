#pragma once

#include "db/campaigns/exports.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace waybill::api
{

// The rows of an upload that were not sent, as a CSV file to be mended and uploaded again: the columns as they came,
// and behind them the reason. The reader of uploads takes the guard of a cell off again (sending/csv_cell.hpp).
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
