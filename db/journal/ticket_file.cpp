#include "db/journal/ticket_file.hpp"

#include "config/repeated_lines.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace waybill::db
{

namespace
{

void log_fault(const char* what, int error)
{
    config::log_repeated(
        config::LogLevel::warning, "history.file_failed",
        {{"what", what},
         {"error", std::strerror(error)},
         {"advice", "without this file in JOURNAL_DIR, a restart cannot notice that the database has lost "
                    "history; make the directory writable"}});
}

} // namespace

TicketFile::~TicketFile()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<KeptTickets> TicketFile::open()
{
    std::error_code ignored; // the next call says it as well
    std::filesystem::create_directories(file_.parent_path(), ignored);
    if (descriptor_ < 0) {
        descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor_ < 0) log_fault("open", errno);
        if (descriptor_ < 0) return std::nullopt;
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            log_fault("lock", errno);
            ::close(descriptor_);
            descriptor_ = -1;
            return std::nullopt;
        }
    }
    std::array<char, 512> bytes{};
    const ssize_t size = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
    if (size <= 0) return std::nullopt;
    return read_tickets({bytes.data(), static_cast<std::size_t>(size)});
}

void TicketFile::write(const KeptTickets& kept) const
{
    if (descriptor_ < 0) return;
    const std::string text = write_tickets(kept);
    const ssize_t written = ::pwrite(descriptor_, text.data(), text.size(), 0);
    if (written != static_cast<ssize_t>(text.size())) log_fault("write", written < 0 ? errno : ENOSPC);
}

} // namespace waybill::db
