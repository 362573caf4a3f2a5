#pragma once

#include "db/campaigns/exports.hpp"

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
    explicit MessagesCsv(std::int64_t price_per_segment) : price_per_segment_(price_per_segment) {}

    static std::string header();
    void append(std::string& csv, const db::ExportedMessage& message);

private:
    void append_error(std::string& csv, std::optional<int> code); // and its meaning

    std::int64_t price_per_segment_;
    std::map<int, std::string> error_cells_; // by code: it and its meaning
};

} // namespace waybill::api
