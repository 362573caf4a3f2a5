#pragma once

#include "db/types/types.hpp"
#include "server/recipients/columns/columns.hpp"
#include "server/recipients/rows/list_opening.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/template.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// A row of a list as a JSON object, header -> value, in column order. Written as text because it is done for each of a
// million rows; the keys are escaped once. Columns without a name are left out, unless they hold something required.
class RowJson
{
public:
    static constexpr std::size_t max_bytes = 4096;

    explicit RowJson(const Columns& columns);

    // At most max_bytes: values that are too long for it are cut and end in "…". Fields that the row lacks are empty;
    // those it has too many stand in the last column, with commas between them.
    std::string write(std::span<const std::string_view> fields) const;

private:
    std::string write_whole(std::span<const std::string_view> fields, std::size_t max_value_bytes) const;

    std::vector<std::string> keys_; // `"name":`, or empty for a column that is left out
    std::size_t keys_bytes_ = 0;
    std::size_t kept_ = 0; // columns
};

// The template names a column that the file lacks or has twice; what() names it (422, field `message`).
class UnknownPlaceholder : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// The list can be read in more than one way; nothing is sent before the uploader has decided (422).
class OpenQuestions : public ListError
{
public:
    explicit OpenQuestions(ListDescription list) : ListError(list.questions.front().text), list_(std::move(list)) {}

    const ListDescription& list() const { return list_; }

private:
    ListDescription list_;
};

struct IntakeRules
{
    text::Template message;
    std::map<std::string, std::string, std::less<>> values; // restaurant_name, offer, offer_code
    int lapsed_after_days = 30;                             // 0 takes everyone
    std::chrono::sys_days today;                            // UTC
    text::RecipientRules numbers;
    ListChoices choices;
    bool guesses = false; // a question is answered by the likelier choice: for a preview
};

// Turns an uploaded list (CSV or .xlsx) into recipients and rejected rows, batch by batch. Memory grows only with the
// table of valid numbers by which duplicates are found, about 20 bytes for each, and with a workbook's texts.
class RecipientReader
{
public:
    static constexpr std::size_t max_message_units = 1'600; // UTF-16, Twilio's limit
    static constexpr std::size_t batch_rows = 5'000;
    static constexpr std::size_t batch_bytes = 4 * 1024 * 1024;

    RecipientReader(ListFile file, IntakeRules rules);
    ~RecipientReader();

    // Fills the batch with up to batch_rows rows, fewer when these are long; false, with nothing in it, at the end. The
    // first call finds out what the file is. Reads the file twice when its dates need it. Throws ListError (not a list,
    // columns missing, damaged), UnfitChoice, UnknownPlaceholder and, unless it guesses, OpenQuestions.
    bool next(db::RecipientBatch& batch);

    // What was understood so far; complete at the end. Only after next().
    const ListDescription& description() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::recipients
