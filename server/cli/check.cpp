#include "server/cli/check.hpp"

#include "config/base_url.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/watch.hpp"
#include "db/requests/sessions.hpp"
#include "db/upkeep/roles.hpp"
#include "server/app/options.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/machine.hpp"
#include "server/notify/mailer.hpp"
#include "server/text/phone_number.hpp"
#include "server/twilio/client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <cstdlib>
#include <ostream>

namespace waybill::cli
{

namespace asio = boost::asio;

std::vector<std::string> exposure_faults(const config::Settings& settings, const db::AccessState& access)
{
    std::vector<std::string> faults;
    if (!access.has_users)
        faults.emplace_back("nobody can sign in: create the first user with waybill user add EMAIL --role admin");
    if (settings.public_base_url.empty())
        faults.emplace_back("PUBLIC_BASE_URL is not set: requests that name this server's public host are refused");
    else if (!settings.public_base_url.starts_with("https://"))
        faults.emplace_back("PUBLIC_BASE_URL does not begin with https://: passwords and messages would cross the "
                            "network in clear text");
    if (!config::is_loopback(settings.listen_address))
        faults.emplace_back("LISTEN_ADDRESS reaches beyond this machine: let a proxy with TLS stand in front, and "
                            "listen on 127.0.0.1");
    if (std::ranges::find(settings.cors_allow_origins, "*") != settings.cors_allow_origins.end())
        faults.emplace_back("CORS_ALLOW_ORIGIN is *: name the origins whose pages may call the API");
    return faults;
}

namespace
{

std::string shortened(const std::string& sid)
{
    return sid.size() < 10 ? "Missing" : sid.substr(0, 6) + "…" + sid.substr(sid.size() - 4);
}

void print_configuration(const config::Settings& settings, std::ostream& out)
{
    const config::TwilioSettings none;
    const config::TwilioSettings& twilio = settings.twilio ? *settings.twilio : none;
    const std::string& sender = twilio.phone_number.empty() ? twilio.messaging_service_sid : twilio.phone_number;
    out << "mode         " << (settings.simulated() ? "simulated" : "Twilio") << "\n"
        << "account SID  " << shortened(twilio.account_sid) << "\n"
        << "auth token   " << (twilio.auth_tokens.empty() ? "Missing" : "Configured") << "\n"
        << "sender       " << (sender.empty() ? "Missing" : sender) << "\n"
        << "public URL   " << (settings.public_base_url.empty() ? "not set" : settings.public_base_url) << "\n"
        << "API          " << (settings.twilio ? twilio.api_base_url : "built-in simulator") << "\n";
    if (!settings.simulator_reason.empty()) out << "             " << settings.simulator_reason << "\n";
}

bool check_database(const config::Settings& settings, std::ostream& out)
{
    out << "database     " << db::describe_connection(settings.database_url) << ": ";
    try {
        db::prepare_database(settings.database_url, settings.migrate_database_url, pooler_of(settings));
        out << "reachable, schema up to date\n";
        return true;
    }
    catch (const std::exception& error) {
        out << "FAILED: " << db::explain(error) << "\n";
        return false;
    }
}

// No fault while only this machine can reach the server; the exit status does not depend on it.
void check_exposure(const config::Settings& settings, std::ostream& out)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    db::Database database(std::move(options));
    asio::io_context context(1);
    auto read = asio::co_spawn(context, db::read_access_state(database), asio::use_future);
    context.run();
    const std::vector<std::string> faults = exposure_faults(settings, read.get());
    out << "internet     " << (faults.empty() ? "ready" : "not ready; before others can reach this server:") << "\n";
    for (const std::string& fault : faults)
        out << "             - " << fault << "\n";
}

// Reported, never refused: the exit status does not depend on it.
void check_machine(const config::Settings& settings, std::ostream& out)
{
    out << "audit log    " << audit_protection(settings) << "\n";
    const std::vector<std::string> faults = machine_faults(settings);
    out << "machine      " << (faults.empty() ? "in order" : "not all that it could be:") << "\n";
    for (const std::string& fault : faults)
        out << "             - " << fault << "\n";
}

// Sending does not need it; the exit status does not depend on it.
void check_mail(const config::Settings& settings, std::ostream& out)
{
    constexpr std::chrono::seconds patience{10};
    notify::Mailer mailer(mail_options(settings), patience);
    out << "e-mail       ";
    if (!mailer.is_set()) {
        out << "off; SMTP_URL names no server\n";
        return;
    }
    asio::io_context context(1);
    auto probed = asio::co_spawn(context, mailer.probe(), asio::use_future);
    context.run();
    const std::string fault = probed.get();
    out << (fault.empty() ? "the mail server accepts us" : "FAILED: " + fault) << "\n";
}

bool check_credentials(const config::Settings& settings, std::ostream& out)
{
    if (!settings.twilio) {
        out << "Twilio       simulated, nothing to check\n";
        return true;
    }
    asio::io_context context(1);
    twilio::Client client(context.get_executor(), *settings.twilio);
    auto checked = asio::co_spawn(context, client.check_credentials(), asio::use_future);
    context.run();
    const std::optional<std::string> fault = checked.get();
    out << "Twilio       " << (fault ? "FAILED: " + *fault : "accepts the credentials") << "\n";
    return !fault;
}

bool check_senders(const config::Settings& settings, std::ostream& out)
{
    if (!settings.twilio) return true;
    asio::io_context context(1);
    twilio::Client client(context.get_executor(), *settings.twilio);
    auto checked = asio::co_spawn(context, client.check_senders(), asio::use_future);
    context.run();
    const std::optional<std::string> fault = checked.get();
    out << "             " << (fault ? "FAILED: " + *fault : "knows the sender") << "\n";
    return !fault;
}

} // namespace

int run_check(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out)
{
    const bool send_test = arguments.size() == 2 && arguments[0] == "--send-test";
    if (!arguments.empty() && !send_test) {
        out << "usage: waybill check [--send-test NUMBER]\n";
        return bad_usage;
    }
    std::optional<std::string> number;
    if (send_test) {
        text::PhoneNumber parsed = text::parse_recipient(arguments[1], recipient_rules(settings));
        if (!parsed) {
            out << "Invalid phone number format: " << parsed.error().hint << "; write it like +15551234567\n";
            return bad_usage;
        }
        number = *std::move(parsed);
    }
    print_configuration(settings, out);
    const bool database = check_database(settings, out);
    const bool twilio = check_credentials(settings, out) && check_senders(settings, out);
    check_mail(settings, out);
    if (database) check_exposure(settings, out);
    if (database) check_machine(settings, out);
    if (!database || !twilio) return EXIT_FAILURE;
    if (!number) return EXIT_SUCCESS;
    return send_test_message(settings, *number, out) ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace waybill::cli
