#include "db/postgres/database.hpp"
#include "db/upkeep/figures.hpp"
#include "server/app/options.hpp"
#include "server/cli/commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <cstdlib>
#include <ostream>

namespace waybill::cli
{

namespace asio = boost::asio;

namespace
{

constexpr std::chrono::hours max_check_time{1}; // it reads every message

db::Consistency check(const config::Settings& settings)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    options.statement_timeout = max_check_time;
    db::Database database(std::move(options));
    asio::io_context context(1);
    auto checked = asio::co_spawn(context, db::check_consistency(database), asio::use_future);
    context.run();
    return checked.get();
}

} // namespace

int run_backup_check(const config::Settings& settings, std::ostream& out)
{
    const std::string where = db::describe_connection(settings.database_url);
    try {
        const db::Consistency found = check(settings);
        out << where << ": " << found.campaigns << " campaigns, " << found.messages << " messages, " << found.opt_outs
            << " opt-outs\n";
        for (const std::string& fault : found.faults)
            out << "  " << fault << "\n";
        out << (found.faults.empty() ? "All figures add up.\n"
                                     : "The copy is not consistent: use another backup, and keep this one.\n");
        return found.faults.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    catch (const std::exception& error) {
        out << where << " could not be checked: " << error.what()
            << "\nIs it complete, and of this version? `waybill migrate` upgrades an older copy.\n";
        return EXIT_FAILURE;
    }
}

} // namespace waybill::cli
