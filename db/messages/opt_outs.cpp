#include "db/messages/opt_outs.hpp"

#include "config/log.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>
#include <pqxx/except>

#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(OptOut, (), (phone_number, source, created_at, campaign))

namespace
{

pqxx::result search_opt_outs(Transaction& tx, const OptOutSearch& search, const std::string& above, int limit)
{
    if (search.is_whole) return tx.exec("list_one_opt_out", above, "+" + search.digits);
    if (search.digits.empty()) return tx.exec("list_opt_outs", above, limit);
    tx.exec("limit_search");
    try {
        return tx.exec("search_opt_outs", above, search.digits, limit);
    }
    catch (const pqxx::sql_error& error) {
        if (error.sqlstate() == "57014") throw SearchTooSlow{};
        throw;
    }
}

} // namespace

asio::awaitable<OptOutPage> OptOuts::list(int limit, std::string above, OptOutSearch search, CallerLeft caller)
{
    auto job = [limit, above = std::move(above), search = std::move(search)](Transaction& tx) {
        OptOutPage page;
        page.opt_outs = read_rows<OptOut>(search_opt_outs(tx, search, above, limit + 1));
        page.more = page.opt_outs.size() > static_cast<std::size_t>(limit);
        if (page.more) page.opt_outs.pop_back();
        return page;
    };
    return database_.transact_for(std::move(caller), std::move(job));
}

asio::awaitable<std::optional<OptOut>> OptOuts::find(std::string phone_number)
{
    return database_.transact([number = std::move(phone_number)](Transaction& tx) {
        return read_first<OptOut>(tx.exec("find_opt_out", number));
    });
}

asio::awaitable<AddedOptOut> OptOuts::add(std::string phone_number, Actor by)
{
    Action action{"opt_out.add", config::masked(phone_number)};
    return change(database_, std::move(by), std::move(action), [number = std::move(phone_number)](Transaction& tx) {
        const bool is_new = tx.exec("add_opt_out", number).at(0)["is_new"].as<bool>();
        return AddedOptOut{read_first<OptOut>(tx.exec("find_opt_out", number)).value(), is_new};
    });
}

asio::awaitable<bool> OptOuts::lift(std::string phone_number, Actor by)
{
    Action action{"opt_out.lift", config::masked(phone_number)};
    return change(database_, std::move(by), std::move(action), [number = std::move(phone_number)](Transaction& tx) {
        const auto erased = tx.exec("lift_erased_opt_out", token_of(number)).affected_rows();
        return tx.exec("lift_opt_out", number).affected_rows() + erased > 0;
    });
}

} // namespace waybill::db
