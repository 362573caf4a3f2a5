#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// Signatures by the Standard Webhooks specification: `v1,` and the Base64 of a keyed SHA-256 of `id.timestamp.body`.
namespace waybill::events
{

std::string new_secret(); // whsec_ and the Base64 of 32 random bytes

bool is_secret(std::string_view text); // whsec_ and the Base64 of 24 to 64 bytes

// The header webhook-signature: one signature for each secret, newest first, with a blank between two.
std::string signature_of(std::span<const std::string> secrets, std::string_view id, std::int64_t timestamp,
                         std::string_view body);

} // namespace waybill::events
