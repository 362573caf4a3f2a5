#include "db/postgres/migrations.hpp"
#include "db/requests/users.hpp"
#include "server/access/gate.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

// What it costs to check the credential of one request that the gate knows already: the median of some rounds, in
// nanoseconds, for a key and for a session's cookie.
//   check_credential DATABASE_URL

namespace
{

using namespace waybill;
namespace asio = boost::asio;

constexpr int requests = 100'000, rounds = 9;

std::string make_key(db::ApiKeys& keys, asio::io_context& context)
{
    std::string token = access::new_token(access::TokenKind::key);
    db::NewApiKey key{"bench", "operator", {}, access::hex_of(access::hash_of(token)), {}, {}};
    asio::co_spawn(context, keys.add(std::move(key)), asio::use_future);
    context.run();
    context.restart();
    return token;
}

std::string make_session(db::Users& users, db::Sessions& sessions, asio::io_context& context)
{
    std::string token = access::new_token(access::TokenKind::session);
    db::NewUser user{"bench@example.com", "operator", "no password"};
    auto added = asio::co_spawn(context, users.add(std::move(user)), asio::use_future);
    context.run();
    context.restart();
    const db::UserId id = added.get().value().id;
    asio::co_spawn(context, sessions.begin(id, access::hex_of(access::hash_of(token)), db::Actor{}), asio::use_future);
    context.run();
    context.restart();
    return token;
}

http::Request request_with(const std::string& name, const std::string& value)
{
    http::Request request;
    request.method = "GET";
    request.target = "/api/campaigns";
    request.headers.add("Host", "127.0.0.1");
    request.headers.add(name, value);
    return request;
}

double nanoseconds_since(std::clock_t begin)
{
    return static_cast<double>(std::clock() - begin) * 1e9 / CLOCKS_PER_SEC / requests;
}

// In CPU time, so that what else the machine does hardly matters, and without what making the requests takes.
asio::awaitable<double> measure(access::Gate& gate, std::string name, std::string value)
{
    const access::Demand demand{access::Permission::campaigns_read, true, false};
    std::vector<double> nanoseconds;
    for (int round = 0; round < rounds; ++round) {
        co_await gate.look();
        std::clock_t begin = std::clock();
        std::size_t headers = 0;
        for (int number = 0; number < requests; ++number)
            headers += request_with(name, value).headers.size();
        if (headers != 2 * requests) throw std::runtime_error("a request has two headers");
        const double making = nanoseconds_since(begin);
        begin = std::clock();
        for (int number = 0; number < requests; ++number) {
            http::Request request = request_with(name, value);
            const std::optional<http::Response> refusal = co_await gate.admit(demand, request);
            if (refusal) throw std::runtime_error("refused: " + refusal->body);
        }
        nanoseconds.push_back(nanoseconds_since(begin) - making);
    }
    std::ranges::nth_element(nanoseconds, nanoseconds.begin() + rounds / 2);
    co_return nanoseconds[rounds / 2];
}

asio::awaitable<void> measure_both(db::DatabaseWatch& watch, access::Gate& gate, std::string key, std::string session)
{
    co_await watch.wait_until_ready();
    const double of_key = co_await measure(gate, "Authorization", "Bearer " + key);
    const double of_session = co_await measure(gate, "Cookie", "waybill=" + session);
    std::cout << "key " << static_cast<int>(of_key) << " ns, session " << static_cast<int>(of_session) << " ns\n"
              << std::flush;
    std::_Exit(EXIT_SUCCESS); // the watch would look for ever
}

asio::awaitable<void> nothing_to_prepare()
{
    co_return;
}

void measure_at(const std::string& url)
{
    db::migrate(url);
    db::DatabaseOptions options;
    options.url = url;
    db::Database database(options);
    db::ApiKeys keys(database);
    db::Users users(database);
    db::Sessions sessions(database);
    asio::io_context context(1);
    const std::string key = make_key(keys, context), session = make_session(users, sessions, context);
    db::DatabaseWatch watch(context.get_executor(), database, "bench", nothing_to_prepare);
    access::Gate gate(context.get_executor(), database, watch, {});
    config::BackgroundTask task = watch.task();
    asio::co_spawn(context, task.run(), asio::use_future);
    asio::co_spawn(context, measure_both(watch, gate, key, session), [](std::exception_ptr fault) {
        if (fault) std::rethrow_exception(fault);
    });
    context.run();
}

} // namespace

int main(int count, char** words)
{
    try {
        if (count != 2) throw std::runtime_error("usage: check_credential DATABASE_URL");
        measure_at(words[1]);
    }
    catch (const std::exception& fault) {
        std::cerr << fault.what() << "\n";
    }
    return EXIT_FAILURE;
}
