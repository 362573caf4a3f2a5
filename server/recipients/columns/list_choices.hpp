#pragma once

#include "server/recipients/dates/written_date.hpp"
#include "server/recipients/file/list_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waybill::recipients
{

// What the request says about the columns, by their headers; what it leaves out is guessed.
struct ColumnChoice
{
    std::vector<std::string> name; // one, or first and last
    std::string phone;
    std::string last_order_date;
    std::string consent;
    bool ignores_consent = false; // `"consent": null`
};

// Form fields that settle how a list is read.
struct ListChoices
{
    ColumnChoice columns;
    std::optional<DateOrder> date_order;
    std::string sheet; // empty: the first that looks like a list
};

// A form field does not fit the file: it names a sheet or a column that the file lacks (422).
class UnfitChoice : public ListError
{
public:
    UnfitChoice(std::string field, const std::string& message) : ListError(message), field_(std::move(field)) {}

    const std::string& field() const { return field_; }

private:
    std::string field_;
};

// Something that Waybill does not decide alone.
struct Question
{
    std::string about; // the form field that answers it: `columns`, `dateOrder`
    std::string part;  // of `columns`: `name`, `phone`, `lastOrderDate`, `consent`
    std::string text;
    std::vector<std::string> examples;
    std::vector<std::string> choices;
};

} // namespace waybill::recipients
