#include "db/messages/opt_outs.hpp"

#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

#include <utility>

namespace waybill::db
{

// The columns of an opt-out, of the table `opt_outs` or what stands in for it.
#define WAYBILL_OPT_OUT_COLUMNS                                                                                        \
    "phone_number, source, (extract(epoch from created_at) * 1000000)::bigint as created_micros, "                     \
    "coalesce((select public_id from campaigns where id = campaign_id), '') as campaign "

const Statement list_opt_outs_statement{"list_opt_outs", "select " WAYBILL_OPT_OUT_COLUMNS R"sql(
  from opt_outs
 where phone_number > $1 and ($2 = '' or phone_number like '%' || $2 || '%')
 order by phone_number
 limit $3::int)sql"};

const Statement find_opt_out_statement{"find_opt_out", "select " WAYBILL_OPT_OUT_COLUMNS R"sql(
  from opt_outs where phone_number = $1)sql"};

// A row that was there stays as it is; xmax tells the two apart.
const Statement add_opt_out_statement{"add_opt_out", R"sql(
insert into opt_outs (phone_number, source) values ($1, 'operator')
    on conflict (phone_number) do update set phone_number = excluded.phone_number
returning xmax = 0 as is_new, )sql" WAYBILL_OPT_OUT_COLUMNS};

const Statement lift_opt_out_statement{"lift_opt_out", R"sql(
delete from opt_outs where phone_number = $1)sql"};

namespace
{

OptOut read_opt_out(const pqxx::row& row)
{
    OptOut opt_out;
    opt_out.phone_number = row["phone_number"].as<std::string>();
    opt_out.source = row["source"].as<std::string>();
    opt_out.created_at = time_of(row["created_micros"].as<std::int64_t>());
    opt_out.campaign = row["campaign"].as<std::string>();
    return opt_out;
}

} // namespace

asio::awaitable<OptOutPage> OptOuts::list(int limit, std::string above, std::string digits)
{
    return database_.transact([limit, above = std::move(above), digits = std::move(digits)](Transaction& tx) {
        OptOutPage page;
        for (const pqxx::row& row : tx.exec(list_opt_outs_statement, above, digits, limit + 1))
            page.opt_outs.push_back(read_opt_out(row));
        page.more = page.opt_outs.size() > static_cast<std::size_t>(limit);
        if (page.more) page.opt_outs.pop_back();
        return page;
    });
}

asio::awaitable<std::optional<OptOut>> OptOuts::find(std::string phone_number)
{
    return database_.transact([number = std::move(phone_number)](Transaction& tx) -> std::optional<OptOut> {
        const pqxx::result rows = tx.exec(find_opt_out_statement, number);
        if (rows.empty()) return std::nullopt;
        return read_opt_out(rows[0]);
    });
}

asio::awaitable<AddedOptOut> OptOuts::add(std::string phone_number)
{
    return database_.transact([number = std::move(phone_number)](Transaction& tx) {
        const pqxx::row row = tx.exec(add_opt_out_statement, number).at(0);
        return AddedOptOut{read_opt_out(row), row["is_new"].as<bool>()};
    });
}

asio::awaitable<bool> OptOuts::lift(std::string phone_number)
{
    return database_.transact([number = std::move(phone_number)](Transaction& tx) {
        return tx.exec(lift_opt_out_statement, number).affected_rows() > 0;
    });
}

} // namespace waybill::db
