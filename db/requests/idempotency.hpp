#pragma once

#include "db/types/types.hpp"

#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace waybill::db
{

class Transaction;

// A request that carries an Idempotency-Key: the same key with the same fingerprint is the same request, for a day.
struct IdempotencyKey
{
    std::string key;
    std::function<std::string()> fingerprint; // called on a DB thread: it may read a whole upload
};

struct NewKey // it is this transaction's now
{
};

struct KeyConflict // the key was used by another request
{
};

// What the first request with the key has made, and its reply; empty while it has not been given.
struct FirstUse
{
    std::string campaign; // public id; empty when it made none
    std::optional<MessageId> message;
    std::string reply;
};

using KeyUse = std::variant<NewKey, KeyConflict, FirstUse>;

// Waits while another transaction is using the key.
KeyUse use_key(Transaction& tx, const IdempotencyKey& key);

} // namespace waybill::db
