#include "server/api/campaigns/inline_recipients.hpp"

#include "server/api/campaigns/recipient_labels.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/http/refusal.hpp"
#include "server/recipients/csv/csv_cell.hpp"
#include "server/recipients/file/cell_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::size_t max_recipients = 10'000;
constexpr std::size_t max_columns = 100;
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> columns = {
    {{"customerName", "customer_name"}, {"phoneNumber", "phone_number"}, {"lastOrderDate", "last_order_date"}}};
constexpr const char* reading =
    R"({"name":"customer_name","phone":"phone_number","lastOrderDate":"last_order_date","consent":null})";
constexpr std::string_view long_ago = "1970-01-01"; // everyone is texted anyway

using Faults = std::vector<http::FieldFault>;

void add_fault(Faults& faults, std::string name, std::string message)
{
    if (faults.size() < RecipientLabels::max_faults)
        faults.push_back({"body", std::move(name), std::move(message), "value_error"});
}

// A text, a number or a truth value as it stands in a form; empty: it is none of them.
std::optional<std::string> text_of(const json::value& value)
{
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_number() || value.is_bool()) return json::serialize(value);
    return std::nullopt;
}

class Table
{
public:
    Table(Faults& faults, bool has_dates) : faults_(faults), labels_(faults), has_dates_(has_dates)
    {
        for (const auto& [key, column] : columns)
            headers_.emplace_back(key);
    }

    void add(const json::value& recipient, const std::string& place)
    {
        const json::object* object = recipient.if_object();
        if (object == nullptr) return add_fault(faults_, place, "must be an object with customerName and phoneNumber");
        std::vector<std::string> cells(headers_.size());
        for (const auto& [key, value] : *object) {
            if (key == "metadata") continue;
            const std::optional<std::string> text = value.is_null() ? std::string() : text_of(value);
            if (!text) add_fault(faults_, place + "." + std::string(key), "must be a text or a number");
            const std::size_t at = column_of(std::string(key));
            cells.resize(headers_.size());
            if (text && at < cells.size()) cells[at] = *text;
        }
        if (!is_blank(cells)) labels_.add(*object, ++row_, place);
        rows_.push_back(std::move(cells));
    }

    std::vector<db::RowLabels> take_labels() { return labels_.take(); }

    std::string csv() const
    {
        std::string text;
        for (std::size_t i = 0; i < headers_.size(); ++i) {
            const std::string_view header = i < columns.size() ? columns[i].second : std::string_view(headers_[i]);
            append(text, header, i + 1 == headers_.size());
        }
        for (const std::vector<std::string>& row : rows_)
            for (std::size_t i = 0; i < headers_.size(); ++i) {
                const std::string_view cell = i < row.size() ? std::string_view(row[i]) : std::string_view();
                const bool is_absent_date = i == 2 && cell.empty() && !has_dates_;
                append(text, is_absent_date ? long_ago : cell, i + 1 == headers_.size());
            }
        return text;
    }

private:
    // A blank line of the list, which is no row.
    bool is_blank(const std::vector<std::string>& cells) const
    {
        return has_dates_ &&
               std::ranges::all_of(cells, [](const auto& cell) { return recipients::trimmed_cell(cell).empty(); });
    }

    std::size_t column_of(const std::string& key)
    {
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (key == columns[i].second) return i;
        const auto found = std::ranges::find(headers_, key);
        if (found != headers_.end()) return static_cast<std::size_t>(found - headers_.begin());
        if (headers_.size() == max_columns) {
            add_fault(faults_, "recipients", "must have at most 100 different members");
            return max_columns;
        }
        headers_.push_back(key);
        return headers_.size() - 1;
    }

    static void append(std::string& text, std::string_view cell, bool is_last)
    {
        recipients::append_csv_cell(text, cell);
        text += is_last ? "\r\n" : ",";
    }

    Faults& faults_;
    RecipientLabels labels_;
    bool has_dates_;
    std::int64_t row_ = 0;
    std::vector<std::string> headers_; // as the members are called
    std::vector<std::vector<std::string>> rows_;
};

http::FilePart list_of(const json::value* value, bool has_dates, Faults& faults, std::vector<db::RowLabels>& labels)
{
    const json::array* recipients = value == nullptr ? nullptr : value->if_array();
    http::FilePart file;
    file.file_name = "recipients.csv";
    if (recipients == nullptr || recipients->empty() || recipients->size() > max_recipients) {
        add_fault(faults, "recipients", "must be a list of 1 to 10000 recipients; upload a file with more");
        return file;
    }
    Table table(faults, has_dates);
    for (std::size_t i = 0; i < recipients->size(); ++i)
        table.add((*recipients)[i], "recipients[" + std::to_string(i) + "]");
    file.content.append(table.csv());
    labels = table.take_labels();
    return file;
}

json::object object_in(std::string_view text)
{
    boost::system::error_code no_json;
    json::value value = json::parse({text.data(), text.size()}, no_json);
    if (no_json || !value.is_object())
        throw http::Refusal(400, "Send a JSON object with restaurantName, offer, offerCode and recipients")
            .with_code(error_code("invalid_json"));
    return std::move(value.as_object());
}

} // namespace

InlineCampaign read_inline_campaign(std::string_view text)
{
    const json::object object = object_in(text);
    InlineCampaign campaign;
    http::MultipartForm& form = campaign.form;
    Faults faults;
    form.fields = {{"columns", reading}, {"dateOrder", "ymd"}, {"lapsedAfterDays", "0"}};
    for (const auto& [key, value] : object) {
        if (key == "recipients" || value.is_null()) continue;
        std::optional<std::string> field = text_of(value);
        if (key == "metadata") field = json::serialize(value);
        if (field)
            form.fields.insert_or_assign(std::string(key), std::move(*field));
        else
            add_fault(faults, std::string(key), "must be a text or a number");
    }
    const bool has_dates = form.fields.at("lapsedAfterDays") != "0";
    http::FilePart list = list_of(object.if_contains("recipients"), has_dates, faults, campaign.row_labels);
    if (!faults.empty()) throw http::Refusal(std::move(faults));
    form.files.emplace("customerList", std::move(list));
    return campaign;
}

} // namespace waybill::api
