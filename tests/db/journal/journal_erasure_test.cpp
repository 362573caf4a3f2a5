#include "db/journal/journal.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace waybill;
using test::receipt;

namespace
{

std::string files_of(const std::filesystem::path& directory)
{
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        std::ifstream file(entry.path(), std::ios::binary);
        all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all;
}

db::Receipt receipt_to(db::MessageId id, const std::string& number)
{
    db::Receipt made = receipt(id, "sent");
    made.extra_json = R"({"From":"+15005550006","To":")" + number + "\"}";
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_erasure)

BOOST_AUTO_TEST_CASE(a_number_is_erased_from_waiting_and_set_aside_receipts_and_a_longer_number_stays)
{
    const test::TestDirectory directory;
    db::Journal journal(directory.path(), 1 << 20);
    test::run(journal.open());
    const std::vector<db::Receipt> receipts = {receipt_to(1, "+12125550173"), receipt_to(2, "+12125550173"),
                                               receipt_to(3, "+121255501735"), receipt_to(4, "+12125550174")};
    test::run(journal.append(receipts, nullptr));
    test::run(journal.set_aside(1));
    BOOST_TEST(test::run(journal.erase("+12125550173")) == 2);
    const std::string files = files_of(directory.path());
    BOOST_TEST(files.find("+12125550173\"") == std::string::npos);
    BOOST_TEST(files.find("+121255501735\"") != std::string::npos);
    const auto waiting = test::run(journal.first(10)); // a receipt whose checksum is wrong would be set aside
    BOOST_REQUIRE(waiting.size() == 3U);
    BOOST_TEST(waiting[0].receipt.message_id == 2);
    BOOST_TEST(waiting[0].receipt.extra_json == "");
    BOOST_TEST(waiting[2].receipt.extra_json == receipts[3].extra_json);
    BOOST_TEST(test::run(journal.erase("+12125550173")) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
