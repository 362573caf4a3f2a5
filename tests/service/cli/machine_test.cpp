#include "server/cli/machine.hpp"

#include "server/cli/commands.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace waybill;

namespace
{

std::string binary()
{
    std::ifstream file(test::waybill_binary(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

template <class Entry>
std::vector<Entry> entries_of(const std::string& file, std::size_t begin, std::size_t count)
{
    std::vector<Entry> entries(count);
    BOOST_REQUIRE(begin + count * sizeof(Entry) <= file.size());
    std::copy_n(file.data() + begin, count * sizeof(Entry), reinterpret_cast<char*>(entries.data()));
    return entries;
}

bool is_bound_at_start(const std::string& file, const Elf64_Phdr& dynamic)
{
    const auto tags = entries_of<Elf64_Dyn>(file, dynamic.p_offset, dynamic.p_filesz / sizeof(Elf64_Dyn));
    return std::ranges::any_of(tags, [](const Elf64_Dyn& tag) {
        return tag.d_tag == DT_BIND_NOW || (tag.d_tag == DT_FLAGS && (tag.d_un.d_val & DF_BIND_NOW) != 0) ||
               (tag.d_tag == DT_FLAGS_1 && (tag.d_un.d_val & DF_1_NOW) != 0);
    });
}

// umask and the limit of the test program are as before when it is gone.
struct Process
{
    Process() : mask(::umask(022)) { ::getrlimit(RLIMIT_CORE, &cores); }
    ~Process() { ::umask(mask); }
    mode_t mask;
    rlimit cores{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(machine)

BOOST_AUTO_TEST_CASE(the_binary_lies_anywhere_and_its_tables_are_read_only)
{
    const std::string file = binary();
    const Elf64_Ehdr header = entries_of<Elf64_Ehdr>(file, 0, 1).front();
    BOOST_TEST(header.e_type == ET_DYN);
    bool is_read_only = false, is_bound = false, has_no_executable_stack = false;
    for (const Elf64_Phdr& part : entries_of<Elf64_Phdr>(file, header.e_phoff, header.e_phnum)) {
        is_read_only = is_read_only || part.p_type == PT_GNU_RELRO;
        is_bound = is_bound || (part.p_type == PT_DYNAMIC && is_bound_at_start(file, part));
        has_no_executable_stack = has_no_executable_stack || (part.p_type == PT_GNU_STACK && !(part.p_flags & PF_X));
    }
    BOOST_TEST(is_read_only);
    BOOST_TEST(is_bound);
    BOOST_TEST(has_no_executable_stack);
#if defined(__SSP_STRONG__) && defined(_FORTIFY_SOURCE) // the tests are compiled with these flags of the binary
    if (!test::waybill_is_sanitized()) {
        BOOST_TEST(file.find("__stack_chk_fail") != std::string::npos);
        BOOST_TEST(file.find("__memcpy_chk") != std::string::npos);
    }
#endif
}

BOOST_AUTO_TEST_CASE(what_the_process_writes_is_its_users_alone_and_it_leaves_no_core)
{
    const Process before;
    cli::protect_process();
    const test::TestDirectory directory;
    std::ofstream(directory.path() / "file") << "secret";
    const auto mode = std::filesystem::status(directory.path() / "file").permissions();
    BOOST_TEST(static_cast<unsigned>(mode) == 0600U);
    rlimit cores{};
    ::getrlimit(RLIMIT_CORE, &cores);
    BOOST_TEST(cores.rlim_cur == 0U);
}

BOOST_AUTO_TEST_CASE(check_names_what_others_can_read_and_a_role_that_may_change_the_audit_log)
{
    const test::TestDatabase database;
    const test::TestDirectory directory;
    config::Settings settings;
    settings.database_url = database.url();
    settings.privacy_key_file = directory.path() / "key";
    settings.journal_dir = directory.path() / "journal";
    std::ofstream(settings.privacy_key_file) << std::string(32, 'k');
    std::filesystem::permissions(settings.privacy_key_file, std::filesystem::perms(0644));
    const auto has = [](const std::vector<std::string>& faults, const std::string& words) {
        return std::ranges::any_of(faults, [&](const std::string& each) { return each.find(words) != each.npos; });
    };
    BOOST_TEST(has(cli::machine_faults(settings), "can read " + settings.privacy_key_file));
    BOOST_TEST(has(cli::machine_faults(settings), "may change the audit log"));
    BOOST_TEST(cli::audit_protection(settings).starts_with("protected by a trigger alone"));
    std::filesystem::permissions(settings.privacy_key_file, std::filesystem::perms(0600));
    BOOST_TEST(!has(cli::machine_faults(settings), "can read"));
}

BOOST_AUTO_TEST_SUITE_END()
