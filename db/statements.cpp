#include "db/statements.hpp"

#include <array>

namespace waybill::db
{

std::span<const Statement* const> all_statements()
{
    static constexpr std::array statements{
        &record_events_statement,   &find_strays_statement,     &keep_stray_statement,   &claim_messages_statement,
        &release_expired_statement, &settle_outbox_statement,   &insert_campaign_statement, &set_intake_statement,
        &fill_outbox_statement,     &find_campaign_statement,   &list_campaigns_statement, &opted_out_statement,
        &claim_key_statement,       &find_key_statement,        &store_reply_statement,  &list_messages_statement,
        &first_rejected_statement};
    return statements;
}

} // namespace waybill::db
