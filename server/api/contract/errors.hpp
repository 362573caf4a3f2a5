#pragma once

#include "server/api/contract/list.hpp"
#include "server/api/contract/message.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

// The one shape of every error, for the document; http::Refusal writes it.
namespace waybill::api
{

// One faulty field of a 422.
struct ShownFault
{
    std::vector<std::string_view> loc; // body, query, path or header; the name
    std::string_view msg, type;
    Omissible<std::vector<std::string_view>> choices; // of a question
};
BOOST_DESCRIBE_STRUCT(ShownFault, (), (loc, msg, type, choices))

// The sentence, or of a 422 a list of ShownFault.
struct SentenceOrFaults
{
};

struct ShownError
{
    std::string_view error;
    SentenceOrFaults detail;
    std::string_view code;
    Omissible<std::string_view> campaign_id; // sent_already
    Omissible<db::Time> created_at;
    Omissible<std::int64_t> unknown;                            // confirmation_needed, message_state
    Omissible<std::vector<std::string>> missing, columns_found; // missing_columns
    Omissible<std::vector<ShownReason>> reasons;                // no_valid_customers
    Omissible<std::vector<ShownRejection>> csv_errors;
    Omissible<std::vector<ShownQuestion>> questions; // open_questions
    Omissible<ShownList> list;
};
BOOST_DESCRIBE_STRUCT(ShownError, (),
                      (error, detail, code, campaign_id, created_at, unknown, missing, columns_found, reasons,
                       csv_errors, questions, list))

// What became of one message of a batch: the message, or its refusal.
struct ShownBatchResult
{
    int status = 0; // as if it had been sent alone
    Omissible<ShownHistory> message;
    Omissible<ShownError> error;
};
BOOST_DESCRIBE_STRUCT(ShownBatchResult, (), (status, message, error))

struct ShownBatch
{
    std::vector<ShownBatchResult> results; // in the order of the messages
};
BOOST_DESCRIBE_STRUCT(ShownBatch, (), (results))

} // namespace waybill::api
