#pragma once

#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Which change would have made a rejected webhook pass.
namespace waybill::cli
{

// A webhook as given to `waybill verify`.
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
    std::size_t key = 0;              // index of the key that made it
    std::vector<std::string> changes; // sentences: what differs and what to fix; as few as possible
};

// Tries the request with another scheme, slash, host, query and escaping, with the body read in other ways, and with
// one change to the URL and one to the body together. Empty when none of these fits.
std::optional<NearMiss> find_near_miss(std::span<const webhooks::SigningKey> keys, const Webhook& webhook);

} // namespace waybill::cli
