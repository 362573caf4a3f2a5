#pragma once

#include "server/recipients/file/list_file.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;
struct zip_file;

namespace waybill::recipients
{

// One file in an archive, inflated piece by piece.
class ZipEntry
{
public:
    ZipEntry(zip_file* file, std::uint64_t max_bytes) : file_(file), max_bytes_(max_bytes) {}
    ZipEntry(const ZipEntry&) = delete;
    ZipEntry& operator=(const ZipEntry&) = delete;
    ~ZipEntry();

    // 0 at the end. Throws ListError when the entry is damaged or inflates beyond reason.
    std::size_t read(char* to, std::size_t size);

private:
    zip_file* file_;
    std::uint64_t max_bytes_;
    std::uint64_t read_ = 0;
};

// A ZIP archive that is read where it lies.
class ZipArchive
{
public:
    explicit ZipArchive(ListFile file); // throws ListError
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;
    ~ZipArchive();

    std::vector<std::string> names() const;
    bool has(const std::string& name) const;
    std::unique_ptr<ZipEntry> open(const std::string& name) const; // throws ListError

private:
    struct Source;

    std::unique_ptr<Source> source_; // outlives the archive
    zip* archive_ = nullptr;
};

} // namespace waybill::recipients
