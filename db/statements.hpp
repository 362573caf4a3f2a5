#pragma once

#include "db/transaction.hpp"

// The prepared statements of all repositories, declared for the list in statements.cpp; each is defined beside its
// function.
namespace waybill::db
{

extern const Statement record_events_statement;
extern const Statement lock_messages_statement;
extern const Statement find_strays_statement;
extern const Statement keep_stray_statement;
extern const Statement claim_messages_statement;
extern const Statement release_expired_statement;
extern const Statement settle_outbox_statement;
extern const Statement insert_campaign_statement;
extern const Statement set_intake_statement;
extern const Statement fill_outbox_statement;
extern const Statement find_campaign_statement;
extern const Statement list_campaigns_statement;
extern const Statement first_rejected_statement;
extern const Statement opted_out_statement;
extern const Statement claim_key_statement;
extern const Statement find_key_statement;
extern const Statement store_reply_statement;
extern const Statement list_messages_statement;
extern const Statement due_lookups_statement;
extern const Statement find_lookup_statement;
extern const Statement find_rivals_statement;
extern const Statement look_again_statement;
extern const Statement completeness_statement;
extern const Statement open_campaigns_statement;
extern const Statement overdue_of_campaign_statement;
extern const Statement overdue_of_none_statement;
extern const Statement create_partitions_statement;
extern const Statement drop_partitions_statement;
extern const Statement delete_events_statement;
extern const Statement delete_strays_statement;

} // namespace waybill::db
