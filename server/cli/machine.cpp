#include "server/cli/machine.hpp"

#include "db/postgres/privacy_key.hpp"
#include "db/upkeep/erasure.hpp"
#include "db/upkeep/roles.hpp"
#include "server/app/options.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace waybill::cli
{

namespace asio = boost::asio;

namespace
{

struct DatabaseFacts
{
    db::RoleFacts role;
    bool key_matches = true;
};

asio::awaitable<DatabaseFacts> read_facts(db::Database& database)
{
    db::Erasure erasure(database);
    DatabaseFacts facts;
    facts.role = co_await db::read_role_facts(database);
    facts.key_matches = co_await erasure.key_matches();
    co_return facts;
}

DatabaseFacts facts_of(const config::Settings& settings)
{
    db::DatabaseOptions options = database_options(settings);
    options.threads = 1;
    db::Database database(std::move(options));
    asio::io_context context(1);
    auto facts = asio::co_spawn(context, read_facts(database), asio::use_future);
    context.run();
    return facts.get();
}

} // namespace

bool is_readable_by_all(const std::string& path)
{
    std::error_code missing;
    const auto permissions = std::filesystem::status(path, missing).permissions();
    return !missing && permissions != std::filesystem::perms::unknown &&
           (permissions & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

std::vector<std::string> open_secrets(const config::Settings& settings)
{
    std::vector<std::string> files = settings.secret_files;
    files.push_back(config::choose_settings_file().path);
    files.push_back(settings.privacy_key_file);
    std::erase_if(files, [](const std::string& file) { return !is_readable_by_all(file); });
    return files;
}

void protect_process()
{
    ::umask(S_IRWXG | S_IRWXO);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

std::string audit_protection(const config::Settings& settings)
{
    if (facts_of(settings).role.may_change_audit)
        return "protected by a trigger alone: the role of DATABASE_URL owns it, or may change it";
    return "append-only: the role of DATABASE_URL may add rows and read them, no more";
}

std::vector<std::string> machine_faults(const config::Settings& settings)
{
    std::vector<std::string> faults;
    std::vector<std::string> files = open_secrets(settings);
    if (is_readable_by_all(settings.journal_dir)) files.push_back(settings.journal_dir);
    faults.reserve(files.size());
    for (const std::string& file : files)
        faults.push_back("every user of this machine can read " + file);
    if (::geteuid() == 0) faults.emplace_back("waybill runs as root: it needs no more than a user of its own");
    if (!db::has_privacy_key()) faults.emplace_back("the file that PRIVACY_KEY names is missing: nobody can be erased");
    const DatabaseFacts facts = facts_of(settings);
    if (!facts.key_matches)
        faults.emplace_back("PRIVACY_KEY is not the key with which people were erased: nothing is sent");
    if (facts.role.is_superuser)
        faults.emplace_back("the database role is a superuser: it needs no more than the tables of Waybill");
    if (facts.role.may_change_audit)
        faults.emplace_back("the database role may change the audit log: only a trigger protects it; let "
                            "MIGRATE_DATABASE_URL name a role that owns the tables, and DATABASE_URL another one");
    return faults;
}

} // namespace waybill::cli
