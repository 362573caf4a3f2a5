#pragma once

#include "db/types/types.hpp"
#include "server/api/contract/creation.hpp"
#include "server/recipients/rows/list_opening.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What Waybill understood of an uploaded list. Texts are those of the values that are shown.
namespace waybill::api
{

// A text, or a list of several.
struct OneOrMore
{
    std::vector<std::string> texts;
};

void append_json(std::string& json, const OneOrMore& value);

// Like the form field `columns`, which answers to it.
struct ShownColumns
{
    OneOrMore name;
    std::optional<std::string> phone, last_order_date, consent;
};
BOOST_DESCRIBE_STRUCT(ShownColumns, (), (name, phone, last_order_date, consent))

struct ShownQuestion
{
    std::string about;             // the form field that answers it
    Omissible<std::string> column; // which of `columns`
    std::string text;
    std::vector<std::string> examples, choices;
};
BOOST_DESCRIBE_STRUCT(ShownQuestion, (), (about, column, text, examples, choices))

struct ShownReason
{
    std::string reason;
    std::int64_t count = 0, first_line = 0;
};
BOOST_DESCRIBE_STRUCT(ShownReason, (), (reason, count, first_line))

struct ShownList
{
    std::string format;
    std::optional<std::string> encoding, delimiter, sheet;
    std::vector<std::string> sheets;
    ShownColumns columns;
    std::vector<std::string> columns_found;
    std::vector<std::string> labels;                  // of all columns, nameless ones among them
    std::vector<std::vector<std::string>> first_rows; // cells, in the order of the labels
    std::optional<std::string> date_order;
    std::vector<ShownQuestion> questions;
    std::vector<ShownReason> reasons;
};
BOOST_DESCRIBE_STRUCT(ShownList, (),
                      (format, encoding, delimiter, sheet, sheets, columns, columns_found, labels, first_rows,
                       date_order, questions, reasons))

ShownList show(const recipients::ListDescription& list, const std::vector<db::ReasonCount>& reasons);
std::vector<ShownReason> show(const std::vector<db::ReasonCount>& reasons);

struct ShownPlanWithList
{
    Inline<ShownPlan> plan;
    std::optional<ShownList> list; // without a file: null
};
BOOST_DESCRIBE_STRUCT(ShownPlanWithList, (), (plan, list))

struct ShownPreview
{
    bool success = true;
    ShownPlanWithList preview;
};
BOOST_DESCRIBE_STRUCT(ShownPreview, (), (success, preview))

// What stands beside the sentence of a refused list.
struct ShownMissing
{
    std::vector<std::string> missing, columns_found;
};
BOOST_DESCRIBE_STRUCT(ShownMissing, (), (missing, columns_found))

struct ShownOpen
{
    std::vector<ShownQuestion> questions;
    ShownList list;
};
BOOST_DESCRIBE_STRUCT(ShownOpen, (), (questions, list))

struct ShownNothingValid
{
    std::vector<ShownReason> reasons;
    std::vector<ShownRejection> csv_errors;
    ShownList list;
};
BOOST_DESCRIBE_STRUCT(ShownNothingValid, (), (reasons, csv_errors, list))

} // namespace waybill::api
