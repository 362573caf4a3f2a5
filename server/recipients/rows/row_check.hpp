#pragma once

#include "db/types/types.hpp"
#include "server/recipients/rows/message_values.hpp"
#include "server/recipients/rows/number_table.hpp"
#include "server/recipients/rows/rows.hpp"
#include "server/text/phone_number.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace waybill::recipients
{

struct RowFault
{
    db::RejectReason reason{};
    std::string message; // one of the contract's
    std::string hint;    // what is wrong with the value, in plain words; may be empty
};

// Judges the rows of a list one after the other; the first failing check of a row wins.
class RowCheck
{
public:
    // The order of a date's numbers is asked for when the first row needs it; empty when it is not known. Keeps
    // references to the rules and the columns.
    RowCheck(const IntakeRules& rules, const Columns& columns, DateSystem dates,
             std::function<std::optional<DateOrder>()> date_order);

    // Fills in all but the row's JSON, or says what is wrong. `fault` is what the reader of the file noticed.
    std::optional<RowFault> check(std::span<const std::string_view> fields, std::string_view fault,
                                  db::Recipient& recipient);

    bool saw_whole_dates() const { return saw_whole_dates_; } // ISO and other dates whose order is not in question

private:
    using Found = std::optional<RowFault>;

    std::string_view field(std::optional<std::size_t> column) const;
    void read_name();
    Found missing_fields(std::string_view fault) const;
    Found read_phone_number(db::Recipient& recipient) const;
    Found read_last_order(db::Recipient& recipient);
    Found write_message(db::Recipient& recipient);
    Found refused_by_person() const;

    const IntakeRules& rules_;
    const Columns& columns_;
    DateSystem dates_;
    std::function<std::optional<DateOrder>()> date_order_;
    MessageValues values_;
    NumberTable numbers_;
    std::span<const std::string_view> fields_; // of the row
    std::string joined_name_;
    std::string_view name_;
    bool saw_whole_dates_ = false;
};

} // namespace waybill::recipients
