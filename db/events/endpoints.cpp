#include "db/events/endpoints.hpp"

#include "db/events/event_rows.hpp"
#include "db/postgres/arrays.hpp"

#include <utility>

namespace waybill::db
{

namespace
{

std::string array_of_kinds(const std::vector<std::string>& kinds)
{
    ArrayLiteral array;
    for (const std::string& kind : kinds)
        array.add(std::string_view(kind));
    return array.take();
}

std::optional<Endpoint> find_endpoint(Transaction& tx, std::int64_t id)
{
    if (id <= 0) return std::nullopt;
    return read_first<Endpoint>(tx.exec("list_endpoints", id));
}

void set_disabled(Transaction& tx, std::int64_t id, bool disabled)
{
    if (disabled)
        tx.exec("disable_endpoint", id, std::optional<std::string>());
    else
        tx.exec("enable_endpoint", id);
}

std::optional<Endpoint> change_endpoint(Transaction& tx, std::int64_t id, const EndpointChange& change)
{
    std::optional<std::string> kinds;
    if (change.kinds) kinds = array_of_kinds(*change.kinds);
    const pqxx::result changed =
        tx.exec("change_endpoint", id, change.url, change.description, kinds, change.campaign, change.principal);
    if (changed.empty()) return std::nullopt;
    if (change.disabled) set_disabled(tx, id, *change.disabled);
    return find_endpoint(tx, id);
}

Action action_on(std::int64_t id, const char* name)
{
    return {name, std::to_string(id)};
}

} // namespace

asio::awaitable<std::vector<Endpoint>> Endpoints::list()
{
    return database_.transact([](Transaction& tx) { return read_rows<Endpoint>(tx.exec("list_endpoints", 0)); });
}

asio::awaitable<std::optional<Endpoint>> Endpoints::find(std::int64_t id)
{
    return database_.transact([id](Transaction& tx) { return find_endpoint(tx, id); });
}

asio::awaitable<std::vector<StoppedEndpoint>> Endpoints::stopped()
{
    return database_.transact([](Transaction& tx) { return read_rows<StoppedEndpoint>(tx.exec("stopped_endpoints")); });
}

asio::awaitable<Endpoint> Endpoints::add(NewEndpoint endpoint, Actor by)
{
    return db::change(
        database_, std::move(by), {"endpoint.add", ""}, [endpoint = std::move(endpoint)](Transaction& tx) {
            const EndpointFilter& filter = endpoint.filter;
            const pqxx::result rows = tx.exec("add_endpoint", endpoint.url, endpoint.description, endpoint.secret,
                                              array_of_kinds(filter.kinds), filter.campaign, filter.principal);
            return find_endpoint(tx, rows.at(0)[0].as<std::int64_t>()).value();
        });
}

asio::awaitable<std::optional<Endpoint>> Endpoints::change(std::int64_t id, EndpointChange change, Actor by)
{
    return db::change(database_, std::move(by), action_on(id, "endpoint.change"),
                      [id, change = std::move(change)](Transaction& tx) { return change_endpoint(tx, id, change); });
}

asio::awaitable<std::optional<Endpoint>> Endpoints::rotate(std::int64_t id, std::string secret,
                                                           std::chrono::seconds overlap, Actor by)
{
    return db::change(database_, std::move(by), action_on(id, "endpoint.rotate-secret"),
                      [id, secret = std::move(secret), overlap](Transaction& tx) {
                          tx.exec("rotate_secret", id, secret, overlap.count());
                          return find_endpoint(tx, id);
                      });
}

asio::awaitable<bool> Endpoints::remove(std::int64_t id, Actor by)
{
    return db::change(database_, std::move(by), action_on(id, "endpoint.remove"), [id](Transaction& tx) {
        const auto deliveries = tx.exec("remove_deliveries", id).affected_rows();
        note_rows(tx, "deliveries", -static_cast<std::int64_t>(deliveries));
        return tx.exec("remove_endpoint", id).affected_rows() > 0;
    });
}

asio::awaitable<void> Endpoints::note_test(std::int64_t id, Actor by)
{
    return database_.transact([by = std::move(by), action = action_on(id, "endpoint.test")](Transaction& tx) {
        record_action(tx, by, action);
    });
}

asio::awaitable<bool> Endpoints::disable(std::int64_t id, std::string reason)
{
    return db::change(database_, Actor{}, action_on(id, "endpoint.disable"),
                      [id, reason = std::move(reason)](Transaction& tx) {
                          return !tx.exec("disable_endpoint", id, std::optional<std::string>(reason)).empty();
                      });
}

} // namespace waybill::db
