#include "db/campaigns/changes.hpp"

#include "db/campaigns/campaign_rows.hpp"
#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"

#include <utility>

namespace waybill::db
{

asio::awaitable<std::vector<Campaign>> Changes::of(std::vector<KnownCampaign> known)
{
    ArrayLiteral ids, versions;
    for (const KnownCampaign& campaign : known) {
        ids.add(campaign.id);
        versions.add(campaign.version);
    }
    return database_.transact([ids = ids.take(), versions = versions.take()](Transaction& tx) {
        std::vector<Campaign> changed;
        for (const pqxx::row& row : tx.exec(changed_campaigns_statement, ids, versions))
            changed.push_back(read_campaign(row));
        return changed;
    });
}

} // namespace waybill::db
