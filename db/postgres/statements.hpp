#pragma once

#include "db/postgres/transaction.hpp"

// The prepared statements of all repositories, declared for the list in statements.cpp; each is defined beside its
// function.
namespace waybill::db
{

extern const Statement record_history_statement;
extern const Statement record_usual_statement;
extern const Statement lock_messages_statement;
extern const Statement find_strays_statement;
extern const Statement opt_out_refused_statement;
extern const Statement keep_stray_statement;
extern const Statement find_offers_statement;
extern const Statement make_senders_statement;
extern const Statement lock_senders_statement;
extern const Statement lock_budgets_statement;
extern const Statement find_free_statement;
extern const Statement claim_messages_statement;
extern const Statement put_off_probe_statement;
extern const Statement pause_spent_statement;
extern const Statement find_permits_statement;
extern const Statement reserve_slots_statement;
extern const Statement end_canceled_statement;
extern const Statement pause_sender_statement;
extern const Statement resume_sender_statement;
extern const Statement probe_now_statement;
extern const Statement list_senders_statement;
extern const Statement release_expired_statement;
extern const Statement settle_outbox_statement;
extern const Statement insert_campaign_statement;
extern const Statement set_intake_statement;
extern const Statement fill_outbox_statement;
extern const Statement known_messages_statement;
extern const Statement find_campaign_statement;
extern const Statement list_campaigns_statement;
extern const Statement changed_campaigns_statement;
extern const Statement export_messages_statement;
extern const Statement export_rejected_statement;
extern const Statement first_rejected_statement;
extern const Statement opted_out_statement;
extern const Statement claim_key_statement;
extern const Statement find_key_statement;
extern const Statement store_reply_statement;
extern const Statement knows_time_zone_statement;
extern const Statement pause_campaign_statement;
extern const Statement change_budget_statement;
extern const Statement resume_campaign_statement;
extern const Statement cancel_campaign_statement;
extern const Statement complete_idle_campaigns_statement;
extern const Statement campaigns_to_guard_statement;
extern const Statement guard_campaign_statement;
extern const Statement unknown_of_campaign_statement;
extern const Statement find_unknown_statement;
extern const Statement put_back_statement;
extern const Statement reopen_campaign_statement;
extern const Statement list_messages_statement;
extern const Statement list_messages_to_statement;
extern const Statement find_message_statement;
extern const Statement message_history_statement;
extern const Statement insert_message_statement;
extern const Statement keep_message_reply_statement;
extern const Statement keep_inbound_statement;
extern const Statement list_replies_statement;
extern const Statement list_opt_outs_statement;
extern const Statement find_opt_out_statement;
extern const Statement add_opt_out_statement;
extern const Statement lift_opt_out_statement;
extern const Statement due_lookups_statement;
extern const Statement report_days_statement;
extern const Statement report_errors_statement;
extern const Statement report_lag_statement;
extern const Statement report_timeline_statement;
extern const Statement find_size_statement;
extern const Statement fold_singles_statement;
extern const Statement find_lookup_statement;
extern const Statement find_rivals_statement;
extern const Statement look_again_statement;
extern const Statement completeness_statement;
extern const Statement open_campaigns_statement;
extern const Statement overdue_of_campaign_statement;
extern const Statement overdue_of_none_statement;
extern const Statement create_partitions_statement;
extern const Statement drop_partitions_statement;
extern const Statement delete_history_statement;
extern const Statement delete_strays_statement;
extern const Statement delete_keys_statement;

} // namespace waybill::db
