#include "db/journal/journal.hpp"

#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace
{

using namespace waybill;
using test::receipt;

struct Fixture
{
    test::TestDirectory directory;
    std::optional<db::Journal> opened;

    db::Journal& open(std::uint64_t max_bytes = 1 << 20)
    {
        opened.emplace(directory.path(), max_bytes);
        test::run(opened->open());
        return *opened;
    }
    void close() { opened.reset(); }
    static void append(db::Journal& journal, const std::vector<db::Receipt>& receipts)
    {
        test::run(journal.append(receipts, nullptr));
    }
    std::filesystem::path file() const { return directory.path() / "receipts.sqlite"; }
    std::string read_file() const
    {
        std::ifstream stream(file(), std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    void write_file(const std::string& bytes) const { std::ofstream(file(), std::ios::binary) << bytes; }
    std::ptrdiff_t stores_aside() const
    {
        const std::filesystem::directory_iterator entries(directory.path());
        return std::count_if(begin(entries), end(entries), [](const auto& entry) {
            const std::string name = entry.path().filename();
            return name.starts_with("receipts.sqlite.damaged-") && !name.ends_with("-wal") && !name.ends_with("-shm");
        });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(journal, Fixture)

BOOST_AUTO_TEST_CASE(what_was_appended_is_there_in_order_and_whole_after_another_start)
{
    db::Receipt full = receipt(2, "undelivered", 30003);
    full.raw_dlr_done_date = "2611221200";
    full.idempotency_token = "token";
    full.extra_json = R"({"name":"Zoë 🎉"})";
    append(open(), {receipt(1, "sent"), full});
    append(*opened, {receipt(3, "delivered")});
    close();
    db::Journal& journal = open();
    BOOST_TEST(journal.records() == 3);
    const auto receipts = test::run(journal.first(10));
    BOOST_REQUIRE(receipts.size() == 3U);
    BOOST_TEST(receipts[0].receipt.message_id == 1);
    BOOST_TEST(receipts[1].receipt.extra_json == full.extra_json);
    BOOST_TEST(receipts[1].receipt.error_code.value() == 30003);
    BOOST_TEST(receipts[1].receipt.raw_dlr_done_date == "2611221200");
    BOOST_TEST((std::chrono::floor<std::chrono::microseconds>(full.received_at) == receipts[1].receipt.received_at));
    BOOST_TEST(receipts[2].receipt.status == "delivered");
}

BOOST_AUTO_TEST_CASE(it_is_trimmed_from_the_front)
{
    db::Journal& journal = open();
    append(journal, {receipt(1, "sent"), receipt(2, "sent"), receipt(3, "sent")});
    const auto receipts = test::run(journal.first(2));
    test::run(journal.remove_through(receipts.back().place));
    BOOST_TEST(journal.records() == 1);
    BOOST_TEST(test::run(journal.first(10)).at(0).receipt.message_id == 3);
}

BOOST_AUTO_TEST_CASE(a_full_journal_refuses_keeps_what_it_has_and_takes_again_when_there_is_room)
{
    db::Journal& journal = open(1 << 17);
    std::vector<db::Receipt> many;
    many.reserve(100);
    for (int i = 0; i < 100; ++i)
        many.push_back(receipt(i + 1, "sent"));
    BOOST_CHECK_THROW(for (int round = 0; round < 1000; ++round) append(journal, many), db::Unavailable);
    BOOST_TEST(journal.full());
    const auto before = journal.records();
    BOOST_TEST(before > 0);
    BOOST_TEST(before % 100 == 0);
    BOOST_TEST(journal.bytes() <= (1U << 17));
    test::run(journal.remove_through(test::run(journal.first(200)).back().place));
    append(journal, {receipt(7, "sent")});
    BOOST_TEST(!journal.full());
}

BOOST_AUTO_TEST_CASE(a_torn_tail_of_the_log_is_cut_and_everything_before_it_is_kept)
{
    std::filesystem::path copy = directory.path() / "crashed";
    append(open(), {receipt(1, "sent")});
    append(*opened, {receipt(2, "sent")});
    // What the disk holds when the machine dies in the middle of writing the last commit.
    std::filesystem::create_directory(copy);
    for (const char* name : {"receipts.sqlite", "receipts.sqlite-wal"})
        std::filesystem::copy_file(directory.path() / name, copy / name);
    std::filesystem::resize_file(copy / "receipts.sqlite-wal",
                                 std::filesystem::file_size(copy / "receipts.sqlite-wal") - 100);
    db::Journal journal(copy, 1 << 20);
    test::run(journal.open());
    BOOST_TEST(test::run(journal.first(10)).at(0).receipt.message_id == 1);
    BOOST_TEST(journal.records() == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_journal_is_put_aside_and_a_new_one_begun)
{
    write_file(std::string(10'000, 'x'));
    db::Journal& journal = open();
    append(journal, {receipt(1, "sent")});
    BOOST_TEST(journal.records() == 1);
    BOOST_TEST(stores_aside() == 1);
}

BOOST_AUTO_TEST_CASE(a_store_with_other_columns_is_put_aside_and_a_new_one_begun)
{
    db::sqlite::Connection(file()).exec("create table receipts (place integer primary key, note text)");
    append(open(), {receipt(1, "sent")});
    BOOST_TEST(opened->records() == 1);
    BOOST_TEST(stores_aside() == 1);
}

BOOST_AUTO_TEST_CASE(a_store_that_turns_out_to_be_damaged_is_put_aside_and_receipts_are_still_taken)
{
    append(open(), std::vector<db::Receipt>(100, receipt(1, "sent")));
    close();
    constexpr std::size_t page = 4'096;
    std::string bytes = read_file();
    bytes[bytes.find("+15550100000") / page * page] = '\xff'; // no kind of page
    write_file(bytes);
    db::Journal& journal = open();
    BOOST_TEST(test::run(journal.first(10)).empty());
    BOOST_TEST(stores_aside() == 1);
    append(journal, {receipt(2, "sent")});
    BOOST_TEST(test::run(journal.first(10)).at(0).receipt.message_id == 2);
    BOOST_TEST(journal.records() == 1);
}

BOOST_AUTO_TEST_CASE(a_damaged_record_is_kept_aside_and_the_others_are_read)
{
    append(open(), {receipt(1, "sent"), receipt(2, "sent")});
    close();
    std::string bytes = read_file();
    const auto place =
        bytes.rfind("+15550100000"); // records grow from the end of a page: the last one is the first receipt
    BOOST_REQUIRE(place != std::string::npos);
    bytes[place + 3] = '9';
    write_file(bytes);
    db::Journal& journal = open();
    const auto receipts = test::run(journal.first(10));
    BOOST_REQUIRE(receipts.size() == 1U);
    BOOST_TEST(receipts[0].receipt.message_id == 2);
    BOOST_TEST(journal.records() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
