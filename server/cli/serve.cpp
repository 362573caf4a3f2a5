#include "config/log.hpp"
#include "db/postgres/database.hpp"
#include "db/upkeep/roles.hpp"
#include "server/access/local_access.hpp"
#include "server/app/app.hpp"
#include "server/app/options.hpp"
#include "server/cli/commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <cstdlib>
#include <ostream>
#include <sys/resource.h>

namespace waybill::cli
{

using config::log;
using config::LogLevel;

namespace
{

// After DRAIN_SECONDS; a send in flight may take its read deadline of 30 s.
constexpr std::chrono::seconds max_drain{40};

void print_banner(std::ostream& out, const config::Settings& settings, const App& app)
{
    out << "\n  Waybill " << WAYBILL_VERSION << "\n\n"
        << "  listening   " << app.origin() << "\n"
        << "  database    " << db::describe_connection(settings.database_url) << "\n"
        << "  webhooks    " << app.public_base_url() << "/webhooks/twilio/status/{messageId}\n";
    const auto reason = access::why_settings_forbid_local(settings);
    out << "  access      "
        << (reason ? "with a user or an API key (" + std::string(*reason) + ")"
                   : std::string("without signing in, from this machine alone, until a user or an API key exists"))
        << "\n";
    if (settings.twilio)
        out << "  Twilio      " << settings.twilio->api_base_url
            << (settings.simulated() ? " (SIMULATED: loopback)" : "") << "\n\n";
    else
        out << "  Twilio      SIMULATED: nothing reaches a phone\n              " << settings.simulator_reason
            << "\n\n";
    out << std::flush;
}

// Allows as many connections as the machine does; the usual soft limit of 1024 would refuse receipts.
void raise_file_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// The first signal drains, with a watchdog; the second ends the process immediately.
class Signals
{
public:
    Signals(asio::io_context& context, App& app, std::chrono::seconds max)
        : context_(context), app_(app), max_drain_(max), set_(context), watchdog_(context)
    {
        set_.add(SIGINT);
        set_.add(SIGTERM);
        set_.async_wait([this](boost::system::error_code error, int) {
            if (!error) first();
        });
    }

private:
    void first()
    {
        watchdog_.expires_after(max_drain_);
        watchdog_.async_wait([](boost::system::error_code error) {
            if (!error) end("app.drain_too_long", "what was in flight becomes unknown when its lease ends");
        });
        set_.async_wait([](boost::system::error_code error, int) {
            if (!error) end("app.ended_immediately", "second signal; what was in flight becomes unknown");
        });
        asio::co_spawn(context_, app_.drain(), [this](std::exception_ptr error) {
            watchdog_.cancel();
            set_.cancel();
            if (error) std::rethrow_exception(error);
        });
    }

    [[noreturn]] static void end(std::string_view event, std::string_view advice)
    {
        log(LogLevel::error, event, {{"advice", advice}});
        std::_Exit(EXIT_FAILURE);
    }

    asio::io_context& context_;
    App& app_;
    const std::chrono::seconds max_drain_;
    asio::signal_set set_;
    asio::steady_timer watchdog_;
};

} // namespace

int run_serve(const config::Settings& settings, std::ostream& out)
{
    raise_file_limit();
    asio::io_context context(1);
    App app(context.get_executor(), settings);
    app.start();
    const Signals signals(context, app, settings.drain + max_drain);
    print_banner(out, settings, app);
    context.run();
    return EXIT_SUCCESS;
}

int run_migrate(const config::Settings& settings, std::ostream& out)
{
    const int count = db::prepare_database(settings.database_url, settings.migrate_database_url, pooler_of(settings));
    out << db::describe_connection(settings.database_url) << ": "
        << (count == 0 ? "up to date" : std::to_string(count) + " migrations applied") << "\n";
    return EXIT_SUCCESS;
}

} // namespace waybill::cli
