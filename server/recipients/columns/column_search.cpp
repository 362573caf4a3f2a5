#include "server/recipients/columns/columns.hpp"
#include "server/recipients/columns/consent.hpp"
#include "server/recipients/columns/header_key.hpp"
#include "server/recipients/columns/heading_words.hpp"
#include "server/recipients/dates/written_date.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace waybill::recipients
{

namespace
{

enum class Content
{
    name,
    phone,
    date
};

constexpr double least_share = 0.6;
constexpr std::size_t max_name_bytes = 80;

// 12.50 and 1,250; not 15.01.2024.
bool is_number(std::string_view cell)
{
    return cell.find_first_not_of("0123456789.,") == cell.npos &&
           std::ranges::count_if(cell, [](char character) { return character == '.' || character == ','; }) < 2;
}

// Bare numbers may be anything; a date by its content has more than digits.
bool may_be_date(std::string_view cell)
{
    return !is_number(cell) && read_date(cell, {}).kind != WrittenDate::Kind::none;
}

bool may_be_name(std::string_view cell)
{
    const bool has_sign = cell.find_first_of("0123456789@/_#$%&+=<>{}[]|\\:;!?*") != cell.npos;
    const bool has_letter = std::ranges::any_of(cell, [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    });
    return has_letter && !has_sign && cell.size() <= max_name_bytes && !says_no(cell) && !says_yes(cell);
}

bool fits(Content content, std::string_view cell, const IsPhoneNumber& is_phone_number)
{
    switch (content) {
    case Content::name:
        return may_be_name(cell) && !may_be_date(cell);
    case Content::phone:
        return !may_be_date(cell) && is_phone_number(cell);
    case Content::date:
        return may_be_date(cell);
    }
    return false;
}

// Which share of the column's cells can be this, between 0 and 1; 0 when it is not most of them.
double share_of(Content content, const SampleRows& rows, std::size_t column, const IsPhoneNumber& is_phone_number)
{
    std::size_t filled = 0, fitting = 0;
    std::set<std::string_view> different;
    for (const auto& row : rows) {
        if (column >= row.size() || row[column].empty()) continue;
        ++filled;
        fitting += fits(content, row[column], is_phone_number);
        different.insert(row[column]);
    }
    if (filled == 0) return 0;
    const double share = static_cast<double>(fitting) / static_cast<double>(filled);
    const bool repeats = content != Content::date && different.size() * 2 < filled; // a city, a waiter, a price
    return share < least_share || repeats ? 0 : share;
}

constexpr std::size_t shown_examples = 3;

class ColumnSearch
{
public:
    ColumnSearch(std::span<const std::string> header, const SampleRows& rows, const IsPhoneNumber& is_phone_number)
        : rows_(rows), is_phone_number_(is_phone_number)
    {
        name_headers(header);
        for (const std::string& text : header)
            headings_.push_back(heading_of(text));
    }

    Columns run(const ColumnChoice& choice)
    {
        take(choice);
        find_name_by_header();
        find_by_header(columns_.phone, Role::phone, "phone", "the phone number");
        find_by_header(columns_.last_order_date, Role::last_order_date, "lastOrderDate", "the last order's date");
        if (choice.consent.empty() && !choice.ignores_consent) find_consent();
        find_by_content(columns_.phone, Content::phone, "phone", "the phone number");
        find_by_content(columns_.last_order_date, Content::date, "lastOrderDate", "the last order's date");
        if (columns_.name.empty()) {
            std::optional<std::size_t> name;
            find_by_content(name, Content::name, "name", "the name");
            if (name) columns_.name = {*name};
        }
        return std::move(columns_);
    }

private:
    void name_headers(std::span<const std::string> header);
    void take(const ColumnChoice& choice);
    std::size_t chosen(const std::string& header) const;
    void find_name_by_header();
    void find_consent();
    void find_by_header(std::optional<std::size_t>& column, Role role, const char* part, const char* what);
    void find_by_content(std::optional<std::size_t>& column, Content content, const char* part, const char* what);
    std::vector<std::size_t> with_heading(Role role) const;
    bool is_used(std::size_t column) const { return used_.contains(column); }
    bool is_empty(std::size_t column) const;
    void ask(const char* part, const char* what, const std::vector<std::size_t>& candidates);

    Columns columns_;
    const SampleRows& rows_;
    const IsPhoneNumber& is_phone_number_;
    std::vector<std::optional<Heading>> headings_;
    std::set<std::size_t> used_;
};

// Columns of one name are numbered, so that each has a name of its own.
void ColumnSearch::name_headers(std::span<const std::string> header)
{
    std::set<std::string> names;
    for (const std::string& text : header) {
        std::string name = text;
        for (int number = 2; !name.empty() && !names.insert(name).second; ++number)
            name = text + " (" + std::to_string(number) + ")";
        columns_.headers.push_back(std::move(name));
        columns_.keys.push_back(header_key(text));
    }
}

std::size_t ColumnSearch::chosen(const std::string& header) const
{
    std::string known;
    for (std::size_t i = 0; i < columns_.headers.size(); ++i) {
        if (columns_.label(i) == header) return i;
        known.append(known.empty() ? "" : ", ").append(columns_.label(i));
    }
    try {
        if (const auto column = columns_.find(header)) return *column;
    }
    catch (const AmbiguousColumn& error) {
        throw UnfitChoice("columns", error.what());
    }
    throw UnfitChoice("columns", "The list has no column \"" + header + "\"; it has: " + known);
}

void ColumnSearch::take(const ColumnChoice& choice)
{
    for (const std::string& header : choice.name)
        columns_.name.push_back(chosen(header));
    if (!choice.phone.empty()) columns_.phone = chosen(choice.phone);
    if (!choice.last_order_date.empty()) columns_.last_order_date = chosen(choice.last_order_date);
    if (!choice.consent.empty()) {
        columns_.consent = chosen(choice.consent);
        const auto& heading = headings_[*columns_.consent];
        columns_.consent_is_objection = heading && heading->role == Role::objection;
    }
    used_.insert(columns_.name.begin(), columns_.name.end());
    for (const auto& column : {columns_.phone, columns_.last_order_date, columns_.consent})
        if (column) used_.insert(*column);
}

// The columns whose headings say it best; of several, those that hold something.
std::vector<std::size_t> ColumnSearch::with_heading(Role role) const
{
    std::vector<std::size_t> best;
    int rank = std::numeric_limits<int>::max();
    for (std::size_t i = 0; i < headings_.size(); ++i) {
        if (!headings_[i] || headings_[i]->role != role || is_used(i) || headings_[i]->rank > rank) continue;
        if (headings_[i]->rank < rank) best.clear();
        rank = headings_[i]->rank;
        best.push_back(i);
    }
    std::vector<std::size_t> filled;
    std::ranges::copy_if(best, std::back_inserter(filled), [this](std::size_t column) { return !is_empty(column); });
    return filled.empty() ? best : filled;
}

bool ColumnSearch::is_empty(std::size_t column) const
{
    return std::ranges::all_of(rows_, [&](const auto& row) { return column >= row.size() || row[column].empty(); });
}

void ColumnSearch::find_name_by_header()
{
    if (!columns_.name.empty()) return;
    const auto whole = with_heading(Role::name);
    const auto first = with_heading(Role::first_name);
    const auto last = with_heading(Role::last_name);
    const bool is_parted = !first.empty() && !last.empty();
    const bool is_certain = !whole.empty() && headings_[whole[0]]->rank < 2;
    if (!whole.empty() && (is_certain || !is_parted)) {
        columns_.name = {whole[0]};
        if (whole.size() > 1) ask("name", "the name", whole);
    }
    else {
        if (!first.empty()) columns_.name.push_back(first[0]);
        if (!last.empty()) columns_.name.push_back(last[0]);
    }
    used_.insert(columns_.name.begin(), columns_.name.end());
}

void ColumnSearch::find_by_header(std::optional<std::size_t>& column, Role role, const char* part, const char* what)
{
    if (column) return;
    const auto candidates = with_heading(role);
    if (candidates.empty()) return;
    column = candidates[0];
    used_.insert(*column);
    if (candidates.size() > 1) ask(part, what, candidates);
}

void ColumnSearch::find_consent()
{
    find_by_header(columns_.consent, Role::consent, "consent", "whether the person wants texts");
    const auto objections = with_heading(Role::objection);
    const bool is_sharper =
        columns_.consent && !objections.empty() && headings_[objections[0]]->rank < headings_[*columns_.consent]->rank;
    if (objections.empty() || (columns_.consent && !is_sharper)) return;
    columns_.consent = objections[0];
    columns_.consent_is_objection = true;
    used_.insert(objections[0]);
}

void ColumnSearch::find_by_content(std::optional<std::size_t>& column, Content content, const char* part,
                                   const char* what)
{
    if (column) return;
    std::vector<std::pair<double, std::size_t>> fits;
    for (std::size_t i = 0; i < columns_.headers.size(); ++i)
        if (const double share = is_used(i) ? 0 : share_of(content, rows_, i, is_phone_number_); share > 0)
            fits.emplace_back(-share, i);
    if (fits.empty()) return;
    std::ranges::stable_sort(fits);
    std::vector<std::size_t> candidates(fits.size());
    std::ranges::transform(fits, candidates.begin(), [](const auto& fit) { return fit.second; });
    column = candidates[0];
    used_.insert(*column);
    ask(part, what, candidates);
}

void ColumnSearch::ask(const char* part, const char* what, const std::vector<std::size_t>& candidates)
{
    Question question;
    question.about = "columns";
    question.part = part;
    for (const std::size_t column : candidates)
        question.choices.push_back(columns_.label(column));
    question.text = "Which column holds " + std::string(what) + "? \"" + question.choices.front() + "\" looks like it.";
    for (const auto& row : rows_)
        if (question.examples.size() < shown_examples && candidates[0] < row.size() && !row[candidates[0]].empty())
            question.examples.push_back(row[candidates[0]]);
    columns_.questions.push_back(std::move(question));
}

} // namespace

Columns find_columns(std::span<const std::string> header, const SampleRows& rows, const ColumnChoice& choice,
                     const IsPhoneNumber& is_phone_number)
{
    return ColumnSearch(header, rows, is_phone_number).run(choice);
}

} // namespace waybill::recipients
