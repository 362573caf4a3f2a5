#pragma once

#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What would have made a rejected webhook right.
namespace waybill::cli
{

// A webhook as `waybill verify` is given it.
struct Webhook
{
    std::string url;
    std::string signature;
    std::string body;
    bool is_get = false;
    bool is_json = false;
};

struct NearMiss
{
    std::string url;                  // of the request that the signature fits
    std::size_t key = 0;              // index of the key that it fits with
    std::vector<std::string> changes; // sentences: what differs and what to mend; the fewest that make it fit
};

// Tries the request with another scheme, slash, host, query and escaping, with the body read in other ways, and with
// one change of each kind together. Empty when none of it fits.
std::optional<NearMiss> find_near_miss(std::span<const webhooks::SigningKey> keys, const Webhook& webhook);

} // namespace waybill::cli
