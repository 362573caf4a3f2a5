#include "db/postgres/connection_string.hpp"

#include "config/base_url.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace waybill::db
{

namespace
{

using ConnectionOptions = std::map<std::string, std::string>;

ConnectionOptions parse(const std::string& url)
{
    char* error = nullptr;
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(url.c_str(), &error),
                                                                        &PQconninfoFree);
    if (!parsed) {
        const std::string reason = error ? error : "out of memory";
        PQfreemem(error);
        throw std::invalid_argument("DATABASE_URL: " + reason);
    }
    ConnectionOptions options;
    for (const PQconninfoOption* option = parsed.get(); option->keyword; ++option)
        if (option->val) options[option->keyword] = option->val;
    return options;
}

std::string quoted(const std::string& value)
{
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + "'";
}

// What libpq itself would take from the environment when the URL does not say it.
std::string value_of(const ConnectionOptions& options, const std::string& name, const char* variable)
{
    if (const auto option = options.find(name); option != options.end()) return option->second;
    const char* value = std::getenv(variable);
    return value != nullptr ? value : "";
}

// Parts between commas; an empty one is a host too: the default.
std::vector<std::string> split_list(std::string text)
{
    std::vector<std::string> parts;
    for (std::size_t comma; (comma = text.find(',')) != text.npos; text.erase(0, comma + 1))
        parts.push_back(text.substr(0, comma));
    parts.push_back(std::move(text));
    return parts;
}

// Of a list of hosts, libpq connects to the address where it has one.
std::vector<std::string> hosts_elsewhere(const ConnectionOptions& options)
{
    std::vector<std::string> hosts = split_list(value_of(options, "host", "PGHOST"));
    const std::vector<std::string> addresses = split_list(value_of(options, "hostaddr", "PGHOSTADDR"));
    hosts.resize(std::max(hosts.size(), addresses.size()));
    for (std::size_t i = 0; i < addresses.size(); ++i)
        if (!addresses[i].empty()) hosts[i] = addresses[i];
    std::erase_if(hosts, [](const std::string& host) {
        return host.empty() || host.front() == '/' || host.front() == '@' || config::is_loopback(host);
    });
    return hosts;
}

bool requires_tls(const std::string& mode)
{
    return mode == "require" || mode == "verify-ca" || mode == "verify-full";
}

// libpq tries the hosts of a list one after the other. What a pooler says of itself when it is connected to is what its
// first server once said: that it was read-only then would refuse every connection for good.
void add_defaults(ConnectionOptions& options, const SessionOptions& session)
{
    options.try_emplace("connect_timeout", "2"); // per host; libpq allows no less
    const bool must_write = session.pooler == Pooler::none && !session.read_only;
    options.try_emplace("target_session_attrs", must_write ? "read-write" : "any");
    options.try_emplace("tcp_user_timeout", "5000"); // a server that vanished while it is being written to
    options.try_emplace("keepalives_idle", "5");     // ... or while it owes an answer
    options.try_emplace("keepalives_interval", "2");
    options.try_emplace("keepalives_count", "2");
    options.try_emplace("application_name", "waybill");
    options.try_emplace("client_encoding", "UTF8");
    if (value_of(options, "sslmode", "PGSSLMODE").empty() && !hosts_elsewhere(options).empty())
        options.insert_or_assign("sslmode", "require");
}

// A Waybill that is frozen holds up the others for as long as PostgreSQL lets its transaction idle.
// A generic plan: batches bind arrays, and below about ten rows PostgreSQL would plan each one anew. No JIT: generic
// plans look costlier than they are, and compiling one takes longer than a thousand executions.
std::vector<std::pair<std::string, std::string>> session_settings(const SessionOptions& options)
{
    std::vector<std::pair<std::string, std::string>> settings{
        {"plan_cache_mode", "force_generic_plan"},
        {"jit", "off"},
        {"timezone", "UTC"},
        {"datestyle", "ISO"},
        {"client_min_messages", "warning"},
        {"idle_in_transaction_session_timeout", "10s"},
        {"statement_timeout", std::to_string(options.statement_timeout.count())}};
    if (options.read_only) settings.emplace_back("default_transaction_read_only", "on");
    if (options.by_key)
        for (const char* plan : {"enable_hashjoin", "enable_mergejoin", "enable_seqscan"})
            settings.emplace_back(plan, "off");
    return settings;
}

} // namespace

std::string connection_string(const std::string& url, const SessionOptions& options)
{
    ConnectionOptions all = parse(url);
    add_defaults(all, options);
    if (options.pooler == Pooler::none)
        for (const auto& [name, value] : session_settings(options))
            all["options"].append(" -c ").append(name).append("=").append(value);
    std::string text;
    for (const auto& [name, value] : all)
        text += name + "=" + quoted(value) + " ";
    return text;
}

std::string connection_string(const std::string& url, std::chrono::milliseconds statement_timeout, bool by_key)
{
    return connection_string(url, SessionOptions{statement_timeout, by_key});
}

std::string settings_of_transaction(const SessionOptions& options)
{
    std::string text;
    if (options.pooler == Pooler::none) return text;
    for (const auto& [name, value] : session_settings(options))
        text.append("set local ").append(name).append(" = '").append(value).append("'; ");
    return text;
}

std::optional<std::string> clear_text_fault(const std::string& url)
{
    const ConnectionOptions options = parse(url);
    const std::string mode = value_of(options, "sslmode", "PGSSLMODE");
    const std::vector<std::string> hosts = hosts_elsewhere(options);
    if (mode.empty() || requires_tls(mode) || hosts.empty()) return std::nullopt;
    std::string names;
    for (const std::string& host : hosts)
        names += (names.empty() ? "" : ", ") + host;
    return "sslmode=" + mode + " would let credentials and messages reach " + names +
           " in clear text; leave sslmode out or set it to require, or set ALLOW_CLEAR_TEXT=yes";
}

std::string describe_connection(const std::string& url)
{
    ConnectionOptions options = parse(url);
    const std::string host = options["host"].empty() ? "local socket" : options["host"];
    const std::string port = options["port"].empty() ? "" : ":" + options["port"];
    const std::string name = options["dbname"].empty() ? "default database" : options["dbname"];
    return name + " at " + host + port;
}

} // namespace waybill::db
