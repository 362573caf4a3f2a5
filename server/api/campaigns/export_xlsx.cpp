#include "server/api/campaigns/export_xlsx.hpp"

#include "server/twilio/errors.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <xlsxwriter.h>

namespace waybill::api
{

namespace
{

constexpr std::array<const char*, 24> headings = {"row",
                                                  "customer_name",
                                                  "phone_number",
                                                  "status",
                                                  "error_code",
                                                  "error_meaning",
                                                  "segments",
                                                  "cost",
                                                  "created_at",
                                                  "claimed_at",
                                                  "accepted_at",
                                                  "sent_at",
                                                  "completed_at",
                                                  "read_at",
                                                  "sid",
                                                  "message_id",
                                                  "text",
                                                  "campaign",
                                                  "offer",
                                                  "offer_code",
                                                  "reference",
                                                  "metadata",
                                                  "message_reference",
                                                  "message_metadata"};

constexpr std::size_t piece_bytes = 256 * 1024;
constexpr double units_of_a_dollar = 10'000;

std::string scratch_folder()
{
    const char* configured = std::getenv("TMPDIR");
    return configured != nullptr && *configured != '\0' ? configured : "/tmp";
}

std::string new_file()
{
    std::string name = scratch_folder() + "/waybill-XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "open a temporary file");
    ::close(descriptor);
    return name;
}

// Days since the end of 1899, as Excel counts them.
double excel_date(db::Time time)
{
    constexpr double seconds_of_a_day = 86'400, unix_epoch = 25'569;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    return static_cast<double>(seconds.count()) / seconds_of_a_day + unix_epoch;
}

lxw_workbook* open_workbook(const std::string& path)
{
    std::string folder = scratch_folder();
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = folder.data();
    lxw_workbook* workbook = workbook_new_opt(path.c_str(), &options);
    if (workbook == nullptr) throw std::runtime_error("The workbook could not be begun in " + path);
    return workbook;
}

} // namespace

MessagesXlsx::MessagesXlsx(const db::Campaign& campaign, std::uint32_t max_rows)
    : path_(new_file()),
      workbook_(open_workbook(path_)),
      max_rows_(max_rows),
      price_per_segment_(campaign.price_per_segment),
      campaign_(campaign.name),
      offer_(campaign.offer),
      offer_code_(campaign.offer_code),
      reference_(campaign.reference),
      metadata_(campaign.metadata_json)
{
    date_ = workbook_add_format(workbook_);
    format_set_num_format(date_, "yyyy-mm-dd hh:mm:ss");
    money_ = workbook_add_format(workbook_);
    format_set_num_format(money_, "0.0000");
    bold_ = workbook_add_format(workbook_);
    format_set_bold(bold_);
    begin_sheet();
}

MessagesXlsx::~MessagesXlsx()
{
    if (workbook_ != nullptr) workbook_close(workbook_);
    ::unlink(path_.c_str());
}

void MessagesXlsx::append(const db::ExportedMessage& message)
{
    if (row_ == max_rows_) begin_sheet();
    ++row_;
    column_ = 0;
    number(std::stod("0" + std::string(message.row)));
    text(message.customer_name);
    text(message.recipient);
    text(message.status);
    std::string& meaning = meanings_[message.error_code.value_or(0)];
    if (message.error_code && meaning.empty()) meaning = twilio::explain_error(*message.error_code);
    text(message.error_code ? std::to_string(*message.error_code) : "");
    text(meaning);
    number(message.segments);
    const std::int64_t cost = message.accepted_at ? message.segments * price_per_segment_ : 0;
    number(static_cast<double>(cost) / units_of_a_dollar, money_);
    for (const std::optional<db::Time>& each :
         {std::optional(message.created_at), message.claimed_at, message.accepted_at, message.sent_at,
          message.completed_at, message.read_at})
        time(each);
    text(message.sid);
    text(std::to_string(message.id));
    for (const std::string_view each :
         {message.body, std::string_view(campaign_), std::string_view(offer_), std::string_view(offer_code_),
          std::string_view(reference_), std::string_view(metadata_), message.reference, message.metadata_json})
        text(each);
}

void MessagesXlsx::finish()
{
    lxw_workbook* workbook = std::exchange(workbook_, nullptr);
    const lxw_error error = workbook_close(workbook);
    if (error != LXW_NO_ERROR) throw std::runtime_error(std::string("The workbook: ") + lxw_strerror(error));
    finished_.open(path_, std::ios::binary);
}

std::string MessagesXlsx::read()
{
    std::string piece(piece_bytes, '\0');
    finished_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(finished_.gcount()));
    return piece;
}

void MessagesXlsx::begin_sheet()
{
    sheet_ = workbook_add_worksheet(workbook_, nullptr);
    worksheet_freeze_panes(sheet_, 1, 0);
    worksheet_set_column(sheet_, 0, headings.size() - 1, 18, nullptr);
    row_ = 0;
    std::uint16_t column = 0;
    for (const char* heading : headings)
        worksheet_write_string(sheet_, 0, column++, heading, bold_);
}

void MessagesXlsx::text(std::string_view text)
{
    cell_.assign(text);
    if (!text.empty()) worksheet_write_string(sheet_, row_, column_, cell_.c_str(), nullptr);
    ++column_;
}

void MessagesXlsx::number(double number, lxw_format* format)
{
    worksheet_write_number(sheet_, row_, column_++, number, format);
}

void MessagesXlsx::time(const std::optional<db::Time>& time)
{
    if (time) worksheet_write_number(sheet_, row_, column_, excel_date(*time), date_);
    ++column_;
}

} // namespace waybill::api
