#include "db/upkeep/history_losses.hpp"
#include "server/app/options.hpp"
#include "server/cli/accounts.hpp"
#include "server/cli/commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <cstdlib>
#include <ostream>
#include <utility>

namespace waybill::cli
{

namespace asio = boost::asio;

namespace
{

template <class Result>
Result ask(asio::awaitable<Result> work)
{
    asio::io_context context(1);
    auto future = asio::co_spawn(context, std::move(work), asio::use_future);
    context.run();
    return future.get();
}

} // namespace

int run_history(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out)
{
    const bool accepts = arguments.size() == 1 && arguments[0] == "accept";
    if (!arguments.empty() && !accepts) {
        out << "usage: waybill history [accept]\n";
        return bad_usage;
    }
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    db::Database database(std::move(options));
    const std::vector<std::string> losses = ask(db::open_losses(database));
    for (const std::string& loss : losses)
        out << loss << "\n";
    if (losses.empty()) out << "No Waybill has noticed that this database lost history.\n";
    if (!accepts || losses.empty()) return losses.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
    ask(db::accept_losses(database, command_line_actor()));
    out << "Accepted: what the database holds now counts as the truth, and sending resumes.\n";
    return EXIT_SUCCESS;
}

} // namespace waybill::cli
