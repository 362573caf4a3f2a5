#pragma once

#include "db/campaigns/campaigns.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::db
{

struct KnownCampaign
{
    std::int64_t id = 0;
    std::string version; // Campaign::version
};

// What became of campaigns, whichever process changed them: a version is told by the transactions that wrote the
// campaign's rows.
class Changes
{
public:
    explicit Changes(Database& database) : database_(database) {}

    // Of these campaigns, the ones that have another version by now.
    asio::awaitable<std::vector<Campaign>> of(std::vector<KnownCampaign> known);

private:
    Database& database_;
};

} // namespace waybill::db
