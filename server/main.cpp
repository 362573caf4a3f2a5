#include "config/log.hpp"
#include "config/settings.hpp"
#include "db/postgres/connection_string.hpp"
#include "db/postgres/migrations.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/report_schema.hpp"
#include "server/cli/accounts.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/machine.hpp"
#include "server/text/phone_number.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace
{

using namespace waybill;

constexpr const char* usage = R"(usage: waybill COMMAND [OPTION…]

  serve                 serve the API and the webhooks, and send (settings: config/example.env)
  migrate               bring the database's schema up to date
  prune                 --before YYYY-MM-DD: delete the receipts of messages created before that day
  erase                 NUMBER: remove a person's name, number, texts and replies
  user                  add EMAIL --role ROLE, list, disable, password: who may sign in
  key                   add NAME --role ROLE, list, revoke: API keys for other programs
  check                 what is configured and whether it works; --send-test NUMBER sends one message
  backup-check          whether the figures of the database, such as a restored copy, add up; changes nothing
  history               [accept]: what the database has lost of what it had confirmed; accept it, and sending resumes
  settings              every setting with its help and its default, as config/example.env
  phone [NUMBER…]       INPUT -> E.164, for the arguments or for each line of standard input
  segments [TEXT]       ENCODING UNITS SEGMENTS, for the argument or all of standard input
  verify                judge one webhook: --url U --token T --signature S [--body B] [--method M]
  simulator             a Twilio on loopback: --port N --account-sid AC… --auth-token T [--help]
)";

bool knows_country_codes(const config::Settings& settings)
{
    std::vector<std::string> codes = settings.allowed_country_codes;
    codes.push_back(settings.default_country_code);
    const auto unknown = std::ranges::find_if_not(codes, text::is_country_code);
    if (unknown == codes.end()) return true;
    std::cerr << "Waybill does not start: no country has the code +" << *unknown
              << "; check DEFAULT_COUNTRY_CODE and ALLOWED_COUNTRY_CODES.\n";
    return false;
}

bool keeps_database_private(const config::Settings& settings)
{
    if (settings.allow_clear_text) return true;
    const std::pair<const char*, std::string> urls[] = {{"DATABASE_URL", settings.database_url},
                                                        {"MIGRATE_DATABASE_URL", settings.migrate_database_url},
                                                        {"READ_DATABASE_URL", settings.read_database_url}};
    for (const auto& [name, url] : urls)
        if (const auto fault = db::clear_text_fault(url)) {
            std::cerr << "Waybill does not start: " << name << ": " << *fault << ".\n";
            return false;
        }
    return true;
}

constexpr std::array<std::string_view, 9> with_settings = {"serve", "migrate", "check",        "prune",  "erase",
                                                           "user",  "key",     "backup-check", "history"};

std::optional<config::Settings> read_settings()
{
    const config::SettingsFile file = config::choose_settings_file();
    if (!file.ignored.empty())
        std::cerr << "The settings come from " << file.path << "; " << file.ignored << " is not read.\n";
    auto read = config::read_settings(config::environment_over_file(file.path));
    if (auto* settings = std::get_if<config::Settings>(&read)) {
        if (!knows_country_codes(*settings) || !keeps_database_private(*settings)) return std::nullopt;
        for (const std::string& open : cli::open_secrets(*settings))
            std::cerr << "Every user of this machine can read " << open << "; run: chmod 600 " << open << "\n";
        config::set_log_level(config::parse_log_level(settings->log_level));
        config::set_log_format(settings->log_format == "json" ? config::LogFormat::json : config::LogFormat::text);
        return std::move(*settings);
    }
    std::cerr << "Waybill does not start, because of its settings:\n";
    for (const config::Fault& fault : std::get<std::vector<config::Fault>>(read))
        std::cerr << "  " << fault.sentence << "\n";
    return std::nullopt;
}

bool take_privacy_key(const config::Settings& settings)
{
    db::KeyFile file = db::read_key_file(settings.privacy_key_file);
    if (file.key) db::set_privacy_key(std::move(*file.key));
    if (!file.fault.empty()) std::cerr << "Waybill does not start: " << file.fault << ".\n";
    return file.fault.empty();
}

// As the server reads it; a number can be looked at before the other settings are complete.
std::string default_country_code()
{
    const std::string file = config::choose_settings_file().path;
    const std::string code = config::environment_over_file(file)("DEFAULT_COUNTRY_CODE").value_or("");
    if (code.empty()) return text::RecipientRules{}.default_country_code;
    return code.starts_with('+') ? code.substr(1) : code;
}

int run(const std::string& command, const std::vector<std::string>& arguments)
{
    if (command == "phone") return cli::run_phone(arguments, default_country_code(), std::cin, std::cout);
    if (command == "segments") return cli::run_segments(arguments, std::cin, std::cout);
    if (command == "verify") return cli::run_verify(arguments, std::cout);
    if (command == "simulator") return cli::run_simulator(arguments, std::cout);
    if (command == "settings") {
        std::cout << config::example_env();
        return EXIT_SUCCESS;
    }
    if (command == "--version") {
        std::cout << "waybill " << WAYBILL_VERSION << " (build " << WAYBILL_BUILD << ", schema "
                  << db::all_migrations().back().version << ")\n";
        return EXIT_SUCCESS;
    }
    if (std::ranges::find(with_settings, command) == with_settings.end()) {
        std::cerr << usage;
        return command == "--help" || command == "help" ? EXIT_SUCCESS : cli::bad_usage;
    }
    const std::optional<config::Settings> settings = read_settings();
    if (settings) db::use_report_schema(settings->report_schema);
    if (!settings || !take_privacy_key(*settings)) return cli::bad_usage;
    if (command == "user") return cli::run_user(*settings, arguments, {std::cin, std::cout, std::cerr});
    if (command == "key") return cli::run_key(*settings, arguments, {std::cin, std::cout, std::cerr});
    if (command == "migrate") return cli::run_migrate(*settings, std::cout);
    if (command == "prune") return cli::run_prune(*settings, arguments, std::cout);
    if (command == "erase") return cli::run_erase(*settings, arguments, std::cout);
    if (command == "history") return cli::run_history(*settings, arguments, std::cout);
    if (command == "backup-check") return cli::run_backup_check(*settings, std::cout);
    if (command == "check") return cli::run_check(*settings, arguments, std::cout);
    return cli::run_serve(*settings, std::cout);
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    const std::string command = words.empty() ? "--help" : words.front();
    const std::vector<std::string> arguments(words.begin() + (words.empty() ? 0 : 1), words.end());
    cli::protect_process();
    try {
        return run(command, arguments);
    }
    catch (const std::exception& error) {
        config::log(config::LogLevel::error, "waybill.failed", {{"command", command}, {"error", error.what()}});
        return EXIT_FAILURE;
    }
}
