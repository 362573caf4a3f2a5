#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/upkeep/maintenance.hpp"
#include "db/upkeep/roles.hpp"
#include "server/app/options.hpp"
#include "server/cli/accounts.hpp"
#include "server/cli/commands.hpp"
#include "server/recipients/dates/calendar_date.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <ostream>

namespace waybill::cli
{

namespace asio = boost::asio;

namespace
{

constexpr std::chrono::minutes max_statement_time{5};
constexpr std::chrono::sys_days no_message_before{std::chrono::days(0)}; // and db::Time holds no day before 1678

db::Pruned prune(const config::Settings& settings, db::Time before, const std::string& day)
{
    db::prepare_database(settings.database_url, settings.migrate_database_url, pooler_of(settings));
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    options.statement_timeout = max_statement_time;
    db::Database database(std::move(options));
    asio::io_context context(1);
    db::Maintenance maintenance(context.get_executor(), database, 0);
    db::AuditLog log(database);
    auto recorded =
        asio::co_spawn(context, log.record(command_line_actor(), {"receipts.prune", day}), asio::use_future);
    context.run();
    recorded.get(); // without its row nothing is deleted
    context.restart();
    auto pruned = asio::co_spawn(context, maintenance.prune(before), asio::use_future);
    context.run();
    return pruned.get();
}

} // namespace

int run_prune(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out)
{
    const bool asked = arguments.size() == 2 && arguments[0] == "--before";
    const auto before = asked ? recipients::parse_date(arguments[1]) : std::nullopt;
    if (!before) {
        out << "usage: waybill prune --before YYYY-MM-DD\n";
        return bad_usage;
    }
    if (*before > std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())) {
        out << "Give a day in the past: the receipts of running campaigns must be kept\n";
        return bad_usage;
    }
    const db::Pruned pruned = prune(settings, std::max(*before, no_message_before), arguments[1]);
    for (const std::string& month : pruned.months)
        out << "dropped " << month << "\n";
    out << "deleted " << pruned.entries << " history entries and " << pruned.strays << " stray receipts\n";
    return EXIT_SUCCESS;
}

} // namespace waybill::cli
