#include "db/postgres/statements.hpp"

#include <array>

namespace waybill::db
{

namespace
{

// clang-format off
constexpr std::array statements{
    &record_history_statement,
    &record_usual_statement,
    &lock_messages_statement,
    &find_strays_statement,
    &opt_out_refused_statement,
    &keep_stray_statement,
    &claim_messages_statement,
    &release_expired_statement,
    &settle_outbox_statement,
    &insert_campaign_statement,
    &set_intake_statement,
    &fill_outbox_statement,
    &known_messages_statement,
    &find_campaign_statement,
    &list_campaigns_statement,
    &opted_out_statement,
    &claim_key_statement,
    &find_key_statement,
    &store_reply_statement,
    &list_messages_statement,
    &first_rejected_statement,
    &due_lookups_statement,
    &find_lookup_statement,
    &find_rivals_statement,
    &look_again_statement,
    &completeness_statement,
    &open_campaigns_statement,
    &overdue_of_campaign_statement,
    &overdue_of_none_statement,
    &create_partitions_statement,
    &drop_partitions_statement,
    &delete_history_statement,
    &delete_strays_statement,
    &knows_time_zone_statement,
    &pause_campaign_statement,
    &change_budget_statement,
    &resume_campaign_statement,
    &cancel_campaign_statement,
    &complete_idle_campaigns_statement,
    &campaigns_to_guard_statement,
    &guard_campaign_statement,
    &unknown_of_campaign_statement,
    &find_unknown_statement,
    &put_back_statement,
    &reopen_campaign_statement,
    &list_messages_to_statement,
    &find_message_statement,
    &message_history_statement,
    &insert_message_statement,
    &keep_message_reply_statement,
    &keep_inbound_statement,
    &list_replies_statement,
    &list_opt_outs_statement,
    &find_opt_out_statement,
    &add_opt_out_statement,
    &lift_opt_out_statement,
    &delete_keys_statement,
    &changed_campaigns_statement,
    &export_messages_statement,
    &export_rejected_statement,
    &find_offers_statement,
    &make_senders_statement,
    &lock_senders_statement,
    &lock_budgets_statement,
    &find_free_statement,
    &put_off_probe_statement,
    &pause_spent_statement,
    &find_permits_statement,
    &reserve_slots_statement,
    &end_canceled_statement,
    &pause_sender_statement,
    &resume_sender_statement,
    &probe_now_statement,
    &list_senders_statement,
    &report_days_statement,
    &report_errors_statement,
    &report_lag_statement,
    &report_timeline_statement,
    &find_size_statement,
    &fold_singles_statement,
};
// clang-format on

} // namespace

std::span<const Statement* const> all_statements()
{
    return statements;
}

} // namespace waybill::db
