#include "config/log.hpp"
#include "db/journal/journal_store.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

using namespace waybill;
namespace fs = std::filesystem;

namespace
{

// One for the whole run; what is in it is removed for each input.
fs::path make_directory()
{
    config::set_log_sink([](config::LogLevel, std::string_view) {});
    std::string name = (fs::temp_directory_path() / "waybill-fuzz-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    return name;
}

void write(const fs::path& file, std::string_view bytes)
{
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

db::Receipt receipt()
{
    db::Receipt receipt;
    receipt.message_id = 1;
    receipt.message_sid = "SM00000000000000000000000000000001";
    receipt.status = "delivered";
    return receipt;
}

// Opening never fails; afterwards a store may still turn out to be of no use, and says so.
void use_journal(const fs::path& directory)
{
    db::JournalStore journal(directory, 1 << 20);
    journal.open();
    try {
        const auto receipts = journal.first(1'000);
        if (!receipts.empty()) journal.set_aside(receipts.back().place);
        if (!receipts.empty()) journal.remove_through(receipts.front().place);
        const db::Receipt one = receipt();
        journal.append({&one, 1});
    }
    catch (const db::sqlite::Error&) {
    }
}

} // namespace

// The first two bytes tell in units of 512 bytes how much of the rest is the journal's file; what follows is its log.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fs::path directory = make_directory();
    if (size < 2) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t file_size = std::min<std::size_t>(rest.size(), (data[0] * 256U + data[1]) * 512U);
    for (const auto& entry : fs::directory_iterator(directory))
        fs::remove_all(entry);
    write(directory / "receipts.sqlite", rest.substr(0, file_size));
    if (file_size < rest.size()) write(directory / "receipts.sqlite-wal", rest.substr(file_size));
    use_journal(directory);
    use_journal(directory);
    return 0;
}
