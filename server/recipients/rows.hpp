#pragma once

#include "db/types/types.hpp"
#include "server/recipients/csv.hpp"
#include "server/text/template.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace waybill::recipients
{

// The template names a column that the file lacks; what() names it (422, field `message`).
class UnknownPlaceholder : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

struct IntakeRules
{
    text::Template message;
    std::map<std::string, std::string, std::less<>> values; // restaurant_name, offer, offer_code
    int lapsed_after_days = 30;                             // 0 takes everyone
    std::chrono::sys_days today;                            // UTC
    std::string default_country_code = "1";
};

// Turns an uploaded CSV (RFC 4180, UTF-8 with or without BOM) into recipients and rejected rows, batch by batch. Memory
// grows only with the table of valid numbers by which duplicates are found: at most 50 bytes for each.
class RecipientReader
{
public:
    static constexpr std::size_t max_field_bytes = 64 * 1024;
    static constexpr std::size_t max_row_bytes = 1024 * 1024;
    static constexpr std::size_t max_columns = 256;
    static constexpr std::size_t max_message_units = 1'600; // UTF-16, Twilio's limit
    static constexpr std::size_t batch_rows = 5'000;
    static constexpr std::size_t batch_bytes = 4 * 1024 * 1024;

    // Reads the header line. Throws CsvError (empty, not a CSV, not UTF-8, columns missing) and UnknownPlaceholder.
    RecipientReader(ReadAt read, IntakeRules rules);
    ~RecipientReader();

    // Fills the batch with up to batch_rows rows, fewer when these are long; false, with nothing in it, at the end.
    // Throws CsvError (broken quoting, not UTF-8, a field or a row over its limit, NUL), naming the row.
    bool next(db::RecipientBatch& batch);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::recipients
