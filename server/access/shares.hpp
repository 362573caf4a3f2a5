#pragma once

#include "server/http/server/request_shares.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace waybill::access
{

// How many of something may be under way at the same time: in all, and of one principal, so that none keeps the others
// out.
class Shares
{
public:
    // `things`: what they are called in a refusal, such as "exports".
    Shares(std::size_t all, std::size_t each, std::string things);

    // Throws http::Refusal: 429 when the principal has its share, 503 when all are under way. Under way for as long as
    // the result is held; it may outlive this.
    std::shared_ptr<void> take(const std::string& principal) const;

private:
    std::size_t each_;
    std::string things_;
    std::shared_ptr<http::RequestShares> shares_;
};

} // namespace waybill::access
