#include "server/recipients/xlsx/zip_archive.hpp"

#include <algorithm>
#include <utility>
#include <zip.h>

namespace waybill::recipients
{

namespace
{

constexpr std::uint64_t max_entry_bytes = 600 * 1024 * 1024;
constexpr std::uint64_t usual_entry_bytes = 16 * 1024 * 1024; // an entry of this size is not suspicious
constexpr std::uint64_t max_ratio = 150;                      // of inflated to deflated, beyond that size
constexpr unsigned max_entries = 10'000;

ListError damaged_archive()
{
    return ListError("The workbook is damaged_archive; save it again in Excel and upload it again");
}

ListError too_large()
{
    return ListError("The workbook inflates to far more than its size; save the list as a CSV file and upload that");
}

// How many entries the archive says it has, from the record at its end; libzip would allocate for all of them.
unsigned counted_entries(const ListFile& file)
{
    const std::uint64_t size = std::min<std::uint64_t>(file.size, 64 * 1024 + 22);
    std::string end(size, '\0');
    end.resize(file.read(file.size - size, end.data(), size));
    const std::size_t record = end.rfind("PK\x05\x06");
    if (record == end.npos || record + 12 > end.size()) throw damaged_archive();
    return static_cast<unsigned char>(end[record + 10]) | static_cast<unsigned char>(end[record + 11]) << 8U;
}

} // namespace

struct ZipArchive::Source
{
    ListFile file;
    std::uint64_t at = 0;
    zip_error_t error{};

    zip_int64_t read(void* to, zip_uint64_t size)
    {
        const std::size_t count = at < file.size ? file.read(at, static_cast<char*>(to), size) : 0;
        at += count;
        return static_cast<zip_int64_t>(count);
    }

    zip_int64_t seek(void* arguments, zip_uint64_t size)
    {
        const zip_int64_t offset = zip_source_seek_compute_offset(at, file.size, arguments, size, &error);
        if (offset < 0) return -1;
        at = static_cast<std::uint64_t>(offset);
        return 0;
    }

    zip_int64_t stat(void* to) const
    {
        auto* stat = static_cast<zip_stat_t*>(to);
        zip_stat_init(stat);
        stat->size = file.size;
        stat->valid = ZIP_STAT_SIZE;
        return sizeof(zip_stat_t);
    }

    static zip_int64_t call(void* self, void* data, zip_uint64_t size, zip_source_cmd_t command)
    {
        auto& source = *static_cast<Source*>(self);
        switch (command) {
        case ZIP_SOURCE_OPEN:
            source.at = 0;
            return 0;
        case ZIP_SOURCE_READ:
            return source.read(data, size);
        case ZIP_SOURCE_SEEK:
            return source.seek(data, size);
        case ZIP_SOURCE_TELL:
            return static_cast<zip_int64_t>(source.at);
        case ZIP_SOURCE_STAT:
            return source.stat(data);
        case ZIP_SOURCE_ERROR:
            return zip_error_to_data(&source.error, data, size);
        case ZIP_SOURCE_CLOSE:
        case ZIP_SOURCE_FREE:
            return 0;
        case ZIP_SOURCE_SUPPORTS:
            return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                                  ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
                                                  ZIP_SOURCE_SUPPORTS, -1);
        default:
            zip_error_set(&source.error, ZIP_ER_OPNOTSUPP, 0);
            return -1;
        }
    }
};

ZipArchive::ZipArchive(ListFile file) : source_(std::make_unique<Source>())
{
    if (counted_entries(file) > max_entries) throw too_large();
    source_->file = std::move(file);
    zip_error_init(&source_->error);
    zip_source_t* source = zip_source_function_create(&Source::call, source_.get(), nullptr);
    if (!source) throw std::bad_alloc();
    archive_ = zip_open_from_source(source, ZIP_RDONLY, nullptr);
    if (archive_) return;
    zip_source_free(source);
    throw damaged_archive();
}

ZipArchive::~ZipArchive()
{
    if (archive_) zip_discard(archive_);
}

std::vector<std::string> ZipArchive::names() const
{
    std::vector<std::string> names;
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive_, 0); ++i)
        if (const char* name = zip_get_name(archive_, static_cast<zip_uint64_t>(i), 0)) names.emplace_back(name);
    return names;
}

bool ZipArchive::has(const std::string& name) const
{
    return zip_name_locate(archive_, name.c_str(), ZIP_FL_NOCASE) >= 0;
}

std::unique_ptr<ZipEntry> ZipArchive::open(const std::string& name) const
{
    const zip_int64_t index = zip_name_locate(archive_, name.c_str(), ZIP_FL_NOCASE);
    zip_stat_t stat;
    if (index < 0 || zip_stat_index(archive_, static_cast<zip_uint64_t>(index), 0, &stat) != 0) throw damaged_archive();
    const std::uint64_t max_bytes = std::min(max_entry_bytes, std::max(usual_entry_bytes, stat.comp_size * max_ratio));
    if (stat.size > max_bytes) throw too_large();
    if (stat.encryption_method != ZIP_EM_NONE)
        throw ListError("The archive is protected by a password; save the list without one");
    zip_file_t* file = zip_fopen_index(archive_, static_cast<zip_uint64_t>(index), 0);
    if (!file) throw damaged_archive();
    return std::make_unique<ZipEntry>(file, max_bytes);
}

ZipEntry::~ZipEntry()
{
    zip_fclose(file_);
}

std::size_t ZipEntry::read(char* to, std::size_t size)
{
    const zip_int64_t count = zip_fread(file_, to, size);
    if (count < 0) throw damaged_archive();
    read_ += static_cast<std::uint64_t>(count);
    if (read_ > max_bytes_) throw too_large();
    return static_cast<std::size_t>(count);
}

} // namespace waybill::recipients
