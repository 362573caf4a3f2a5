#include "server/cli/accounts.hpp"

#include "db/requests/api_keys.hpp"
#include "db/requests/sessions.hpp"
#include "db/requests/users.hpp"
#include "db/upkeep/roles.hpp"
#include "server/access/local_access.hpp"
#include "server/access/password.hpp"
#include "server/access/setup_link.hpp"
#include "server/access/token.hpp"
#include "server/app/options.hpp"
#include "server/cli/account_words.hpp"
#include "server/cli/commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <cstdlib>
#include <istream>
#include <ostream>
#include <pwd.h>
#include <termios.h>
#include <unistd.h>

namespace waybill::cli
{

namespace asio = boost::asio;

namespace
{

constexpr const char* user_usage = "usage: waybill user add EMAIL --role ROLE [--password-stdin]\n"
                                   "       waybill user list\n"
                                   "       waybill user disable EMAIL\n"
                                   "       waybill user password EMAIL [--password-stdin]\n";

constexpr const char* key_usage =
    "usage: waybill key add NAME (--role ROLE | --permission PERMISSION…) [--expires-in-days N]\n"
    "           [--requests-per-minute N] [--daily-budget USD] [--senders NUMBER,…]\n"
    "       waybill key list\n"
    "       waybill key revoke NAME\n";

// The migrated database, for commands that run one coroutine after another.
class Desk
{
public:
    explicit Desk(const config::Settings& settings) : database_(options_of(settings))
    {
        db::prepare_database(settings.database_url, settings.migrate_database_url, pooler_of(settings));
    }

    template <class Result>
    Result run(asio::awaitable<Result> work)
    {
        auto future = asio::co_spawn(context_, std::move(work), asio::use_future);
        context_.restart();
        context_.run();
        return future.get();
    }
    db::Database& database() { return database_; }

private:
    static db::DatabaseOptions options_of(const config::Settings& settings)
    {
        db::DatabaseOptions options = database_options(settings);
        options.threads = 1;
        return options;
    }

    asio::io_context context_{1};
    db::Database database_;
};

// A terminal does not show what is typed.
class HiddenInput
{
public:
    HiddenInput()
    {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
    }
    ~HiddenInput()
    {
        if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;

private:
    termios before_{};
    bool changed_ = false;
};

std::string read_password(const AccountCommand& command, Streams streams)
{
    std::string password;
    if (command.password_from_stdin) {
        std::getline(streams.in, password);
        return password;
    }
    streams.err << "Password of " << command.name << " (at least 12 characters): " << std::flush;
    const HiddenInput hidden;
    std::getline(streams.in, password);
    streams.err << "\n";
    return password;
}

int refuse(Streams streams, const std::string& sentence)
{
    streams.err << sentence << "\n";
    return EXIT_FAILURE;
}

int list_users(Desk& desk, Streams streams)
{
    db::Users users(desk.database());
    for (const db::User& user : desk.run(users.list()))
        streams.out << user.email << "\t" << user.role << (user.disabled ? "\tdisabled" : "") << "\n";
    return EXIT_SUCCESS;
}

int change_user(Desk& desk, const AccountCommand& command, Streams streams)
{
    db::Users users(desk.database());
    const std::string none = "There is no user " + command.name;
    if (command.verb == AccountVerb::disable)
        return desk.run(users.disable(command.name, command_line_actor())) ? EXIT_SUCCESS : refuse(streams, none);
    const std::string password = read_password(command, streams);
    if (const auto fault = access::fault_of_password(password)) return refuse(streams, "The password " + *fault);
    const std::string hash = access::hash_password(password);
    if (command.verb == AccountVerb::password)
        return desk.run(users.set_password(command.name, hash, command_line_actor())) ? EXIT_SUCCESS
                                                                                      : refuse(streams, none);
    db::NewUser user{command.name, command.role, hash, command_line_actor()};
    if (desk.run(users.add(std::move(user)))) return EXIT_SUCCESS;
    return refuse(streams, command.name + " has an account already");
}

// Without a user, the first key leaves no way into the dashboard but a one-time link.
void warn_without_users(Desk& desk, const config::Settings& settings, Streams streams)
{
    if (desk.run(db::read_access_state(desk.database())).has_users) return;
    db::Users users(desk.database());
    const std::string token = access::random_words(32);
    desk.run(users.offer_link(access::hex_of(access::hash_of(token))));
    streams.err
        << "Access without signing in is off from now on. To create the first administrator, open within an hour:\n"
        << "  " << access::setup_link(access::origin_for_people(settings), token) << "\n";
    if (settings.public_base_url.empty() && settings.port == 0)
        streams.err << "  PORT is the port that the first lines of waybill serve name.\n";
}

int add_key(Desk& desk, const config::Settings& settings, const AccountCommand& command, Streams streams)
{
    const std::string token = access::new_token(access::TokenKind::key);
    db::NewApiKey key{command.name, command.role,   command.permissions, access::hex_of(access::hash_of(token)),
                      {},           command.limits, command_line_actor()};
    if (command.expires_in_days > 0) key.lifetime = std::chrono::days(command.expires_in_days);
    db::ApiKeys keys(desk.database());
    desk.run(keys.add(std::move(key)));
    streams.out << token << std::endl;
    warn_without_users(desk, settings, streams);
    return EXIT_SUCCESS;
}

int list_keys(Desk& desk, Streams streams)
{
    db::ApiKeys keys(desk.database());
    for (const db::ApiKey& key : desk.run(keys.list())) {
        streams.out << key.id << "\t" << key.name << "\t" << key.role;
        for (const std::string& permission : key.permissions)
            streams.out << (&permission == &key.permissions.front() ? "" : ",") << permission;
        streams.out << (key.revoked ? "\trevoked" : "") << "\n";
    }
    return EXIT_SUCCESS;
}

} // namespace

db::Actor command_line_actor()
{
    const passwd* user = ::getpwuid(::getuid());
    db::Actor actor;
    actor.principal = "cli:" + (user != nullptr ? std::string(user->pw_name) : std::to_string(::getuid()));
    return actor;
}

int run_user(const config::Settings& settings, const std::vector<std::string>& arguments, Streams streams)
{
    const auto read = read_user_command(arguments);
    if (const auto* sentence = std::get_if<std::string>(&read)) {
        streams.err << *sentence << (sentence->empty() ? "" : "\n") << user_usage;
        return bad_usage;
    }
    const auto& command = std::get<AccountCommand>(read);
    Desk desk(settings);
    if (command.verb == AccountVerb::list) return list_users(desk, streams);
    return change_user(desk, command, streams);
}

int run_key(const config::Settings& settings, const std::vector<std::string>& arguments, Streams streams)
{
    const auto read = read_key_command(arguments);
    if (const auto* sentence = std::get_if<std::string>(&read)) {
        streams.err << *sentence << (sentence->empty() ? "" : "\n") << key_usage;
        return bad_usage;
    }
    const auto& command = std::get<AccountCommand>(read);
    Desk desk(settings);
    if (command.verb == AccountVerb::list) return list_keys(desk, streams);
    if (command.verb == AccountVerb::add) return add_key(desk, settings, command, streams);
    db::ApiKeys keys(desk.database());
    if (desk.run(keys.revoke_named(command.name, command_line_actor())) > 0) return EXIT_SUCCESS;
    return refuse(streams, "There is no key named " + command.name + " that is in force");
}

} // namespace waybill::cli
