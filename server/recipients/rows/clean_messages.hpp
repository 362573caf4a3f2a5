#pragma once

#include "db/types/types.hpp"

namespace waybill::recipients
{

// The same batches with what spreadsheets put into cells made fit for a text message: line breaks become LF, and with
// `plain_characters` look-alikes that would double the price become plain.
db::NextBatch with_clean_messages(db::NextBatch next, bool plain_characters);

void clean_message(db::Recipient& recipient, bool plain_characters);

// The same batches with the time zones that each recipient's number may belong to.
db::NextBatch with_time_zones(db::NextBatch next);

} // namespace waybill::recipients
