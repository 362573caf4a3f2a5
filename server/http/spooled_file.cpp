#include "server/http/message.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace waybill::http
{

namespace
{

[[noreturn]] void fail(const char* doing)
{
    throw std::system_error(errno, std::generic_category(), doing);
}

int open_unlinked(const std::string& folder)
{
    std::string name = folder + "/waybill-XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor >= 0) ::unlink(name.c_str());
    return descriptor;
}

int open_anonymous()
{
    const char* configured = std::getenv("TMPDIR");
    const std::string folder = configured != nullptr && *configured != '\0' ? configured : "/tmp";
    int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0) descriptor = open_unlinked(folder); // not every file system knows O_TMPFILE
    if (descriptor < 0) fail("open a temporary file");
    return descriptor;
}

} // namespace

SpooledFile::SpooledFile() : descriptor_(open_anonymous()) {}

SpooledFile::SpooledFile(SpooledFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(std::exchange(other.size_, 0))
{
}

SpooledFile& SpooledFile::operator=(SpooledFile&& other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    return *this;
}

SpooledFile::~SpooledFile()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

void SpooledFile::append(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write an uploaded file");
        size_ += static_cast<std::uint64_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::size_t SpooledFile::read(std::uint64_t offset, char* to, std::size_t size) const
{
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(descriptor_, to + done, size - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read an uploaded file");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

} // namespace waybill::http
