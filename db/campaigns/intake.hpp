#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/types/types.hpp"

#include <map>
#include <string_view>

namespace waybill::db
{

class Transaction;

// Who of an upload gets no message although the row is valid, or whom quiet hours never let have one.
class LeavingOut
{
public:
    LeavingOut(Transaction& tx, const IntakeTerms& terms) : tx_(tx), terms_(terms) {}

    // Recipients whom a campaign has texted recently stay, without a message, and join batch.left_out; those whose
    // zones leave no time of the day move to the rejected rows.
    void from(RecipientBatch& batch);

private:
    void leave_out_texted(RecipientBatch& batch) const;
    void reject_always_quiet(RecipientBatch& batch);
    bool is_always_quiet(std::string_view zones);

    Transaction& tx_;
    const IntakeTerms& terms_;
    std::map<std::string_view, bool> always_quiet_; // by zones
};

} // namespace waybill::db
