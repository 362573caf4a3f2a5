#pragma once

#include "db/types.hpp"
#include "server/sending/template.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace waybill::sending
{

// The file as a whole is unusable; what() is one plain sentence for the uploader (400).
class CsvError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// The template names a column that the file lacks; what() names it (422, field `message`).
class UnknownPlaceholder : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// Reads up to `size` bytes at `offset`; 0 at the end.
using ReadAt = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t size)>;

struct IntakeRules
{
    Template message;
    std::map<std::string, std::string, std::less<>> values; // restaurant_name, offer, offer_code
    int lapsed_after_days = 30;                             // 0 takes everyone
    std::chrono::sys_days today;                            // UTC
    std::string default_country_code = "1";
};

// Turns an uploaded CSV (RFC 4180, UTF-8 with or without BOM) into recipients and rejected rows, batch by batch. Memory
// grows only with 16 bytes for each valid number, which duplicates are found by.
class RecipientReader
{
public:
    static constexpr std::size_t max_field_bytes = 64 * 1024;
    static constexpr std::size_t max_columns = 256;
    static constexpr std::size_t batch_rows = 5'000;

    // Reads the header line. Throws CsvError (empty, not a CSV, not UTF-8, columns missing) and UnknownPlaceholder.
    RecipientReader(ReadAt read, IntakeRules rules);
    ~RecipientReader();

    // Fills the batch with up to batch_rows rows; false at the end. Throws CsvError (broken quoting, not UTF-8, a field
    // or a line over its limit, NUL), naming the row.
    bool next(db::RecipientBatch& batch);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::sending
