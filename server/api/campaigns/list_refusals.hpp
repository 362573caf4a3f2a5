#pragma once

#include "db/types/types.hpp"
#include "server/http/refusal.hpp"
#include "server/recipients/rows/rows.hpp"

#include <exception>

// Why a list is not accepted, as the uploader reads it.
namespace waybill::api
{

// What the reader of lists throws, as a refusal: 400 for the file, 422 for a form field that does not fit it or for an
// open question. Anything else is thrown on.
[[noreturn]] void refuse_list(const std::exception_ptr& thrown);

// 400: every row failed, with the most frequent reason, all reasons, and the first rows.
http::Refusal no_valid_customers(const db::IntakeSummary& intake, const recipients::ListDescription& list);

} // namespace waybill::api
