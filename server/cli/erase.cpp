#include "db/journal/journal.hpp"
#include "db/journal/recent_store.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/upkeep/erasure.hpp"
#include "db/upkeep/roles.hpp"
#include "server/app/options.hpp"
#include "server/cli/accounts.hpp"
#include "server/cli/commands.hpp"
#include "server/recipients/rows/rows_of_person.hpp"
#include "server/text/phone_number.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

namespace waybill::cli
{

namespace asio = boost::asio;

namespace
{

constexpr std::chrono::seconds flight_patience{20};
constexpr std::chrono::milliseconds recheck{200};

template <class Result>
Result run(asio::io_context& context, asio::awaitable<Result> work)
{
    auto future = asio::co_spawn(context, std::move(work), asio::use_future);
    context.restart();
    context.run();
    return future.get();
}

// False: a message is still being sent.
bool end_messages(asio::io_context& context, db::Erasure& erasure, const std::string& number)
{
    const auto deadline = std::chrono::steady_clock::now() + flight_patience;
    while (run(context, erasure.cancel_pending(number, std::chrono::system_clock::now())) > 0) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(recheck);
    }
    return true;
}

// This machine's journal; other Waybills have their own. A file that was put aside as damaged can no longer be opened.
void erase_from_journal(asio::io_context& context, const config::Settings& settings, const std::string& number,
                        std::ostream& out)
{
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(settings.journal_dir, missing))
        if (entry.path().filename().string().find(".damaged-") != std::string::npos)
            out << "a damaged journal may still name the person; delete it when it is not needed: "
                << entry.path().string() << "\n";
    db::erase_from_recent(settings.journal_dir, number);
    if (!std::filesystem::exists(settings.journal_dir + "/receipts.sqlite", missing)) return;
    db::Journal journal(settings.journal_dir, settings.journal_max_bytes);
    run(context, journal.open());
    run(context, journal.erase(number));
}

} // namespace

int run_erase(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out)
{
    if (arguments.size() != 1) {
        out << "usage: waybill erase NUMBER\n";
        return bad_usage;
    }
    const auto number = text::parse_phone_number(arguments[0], settings.default_country_code);
    if (!number) {
        out << "Invalid phone number format: " << number.error().hint << "; write it like +15551234567\n";
        return bad_usage;
    }
    if (!db::has_privacy_key()) {
        out << "Erasing needs the file that PRIVACY_KEY names, so that an opt-out can stay in force\n";
        return EXIT_FAILURE;
    }
    db::prepare_database(settings.database_url, settings.migrate_database_url, pooler_of(settings));
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    db::Database database(std::move(options));
    db::Erasure erasure(database);
    asio::io_context context(1);
    if (!end_messages(context, erasure, *number)) {
        out << "A message to this person is being sent; try again in a few seconds\n";
        return EXIT_FAILURE;
    }
    auto rows =
        recipients::rows_of_person(run(context, erasure.rows_like(*number)), *number, settings.default_country_code);
    const db::Erased erased = run(context, erasure.erase(*number, std::move(rows), command_line_actor()));
    erase_from_journal(context, settings, *number, out);
    out << "erased " << erased.messages << " messages and " << erased.replies << " replies"
        << (erased.stays_opted_out ? "; the opt-out stays in force" : "") << "\n";
    return EXIT_SUCCESS;
}

} // namespace waybill::cli
