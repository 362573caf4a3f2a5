#pragma once

#include "config/settings.hpp"

#include <iosfwd>
#include <string>
#include <vector>

// The subcommands of `waybill`. Each returns the exit status: 0 when all is well, 2 for bad usage. None prints a
// secret.
namespace waybill::cli
{

constexpr int bad_usage = 2;

// `waybill serve`: runs until SIGINT or SIGTERM and drains; a second signal ends it immediately. 0 after a clean drain,
// 1 otherwise.
int run_serve(const config::Settings& settings, std::ostream& out);

int run_migrate(const config::Settings& settings, std::ostream& out); // `waybill migrate`

// `waybill prune --before DATE`: deletes the receipts of messages created before that day (UTC) and reports how many.
int run_prune(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out);

// `waybill erase NUMBER`: removes what is stored about a person. 1 when it cannot be done now.
int run_erase(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out);

// `waybill backup-check`: whether the figures of the database, such as a restored copy, add up. 1 when they do not.
int run_backup_check(const config::Settings& settings, std::ostream& out);

// `waybill history [accept]`: what the Waybills have noticed that the database lost; with `accept`, what it holds now
// counts as the truth, and sending resumes. 1 while a loss is undecided.
int run_history(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out);

// `waybill check`: what is configured, whether the database answers, whether Twilio accepts the credentials. With
// `--send-test NUMBER` it sends one message and waits for its receipt. 1 when something is wrong.
int run_check(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out);

// `waybill phone [NUMBER…]`: prints `INPUT -> E164` or `INPUT -> invalid`, one per line; reads the lines of `in` when
// there are no arguments.
int run_phone(const std::vector<std::string>& arguments, std::string_view default_country_code, std::istream& in,
              std::ostream& out);

// `waybill segments [TEXT]`: prints `ENCODING UNITS SEGMENTS` of the text, or of all of `in` when there is no argument.
int run_segments(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out);

// `waybill verify`: judges one webhook as the server would and explains the verdict. 0 when the signature is right, 1
// when it is not.
int run_verify(const std::vector<std::string>& arguments, std::ostream& out);

// `waybill simulator --port N --account-sid AC… --auth-token …`: a Twilio on loopback until SIGINT or SIGTERM. Prints
// its origin once it listens. 2, with a sentence on standard error, when it cannot run with these options.
int run_simulator(const std::vector<std::string>& arguments, std::ostream& out);

} // namespace waybill::cli
