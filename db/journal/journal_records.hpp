#pragma once

#include "db/journal/sqlite.hpp"
#include "db/types/types.hpp"

#include <cstdint>
#include <string_view>

namespace waybill::db
{

// A receipt in the journal and its place there.
struct JournaledReceipt
{
    std::int64_t place = 0;
    Receipt receipt;
};

// How receipts lie in the journal's file.
namespace journal_records
{

extern const char* const schema;
extern const char* const insert_receipt;
extern const char* const select_first;  // ?1: only places behind it; ?2: how many
extern const char* const count_waiting; // ?1: only places behind it

void insert_one(sqlite::Query& query, const Receipt& receipt);

// False when the record does not fit its checksum.
bool read_one(sqlite::Query& query, JournaledReceipt& journaled);

// Removes the other parameters of each receipt that names this number in them, and not a longer one that begins with
// it; also of those set aside. A damaged record stays one. Returns how many there were.
std::int64_t erase_number(sqlite::Connection& store, std::string_view number);

} // namespace journal_records

} // namespace waybill::db
