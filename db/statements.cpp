#include "db/statements.hpp"

#include <array>

namespace waybill::db
{

std::span<const Statement* const> all_statements()
{
    static constexpr std::array statements{
        &record_events_statement,       &lock_messages_statement,   &find_strays_statement,
        &keep_stray_statement,          &claim_messages_statement,  &release_expired_statement,
        &settle_outbox_statement,       &insert_campaign_statement, &set_intake_statement,
        &fill_outbox_statement,         &find_campaign_statement,   &list_campaigns_statement,
        &opted_out_statement,           &claim_key_statement,       &find_key_statement,
        &store_reply_statement,         &list_messages_statement,   &first_rejected_statement,
        &due_lookups_statement,         &find_lookup_statement,     &find_rivals_statement,
        &look_again_statement,          &completeness_statement,    &open_campaigns_statement,
        &overdue_of_campaign_statement, &overdue_of_none_statement, &create_partitions_statement,
        &drop_partitions_statement,     &delete_events_statement,   &delete_strays_statement};
    return statements;
}

} // namespace waybill::db
