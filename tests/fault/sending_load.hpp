#pragma once

#include "tests/support/postgres.hpp"
#include "tests/support/service_client.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace waybill::test
{

// Campaigns of all kinds, one after the other, each with recipients of its own: plain ones, some with a budget for half
// of their recipients, some that begin later and lose recipients to opt-outs until then, some that are canceled midway.
class SendingLoad
{
public:
    static constexpr int recipients_each = 100;

    explicit SendingLoad(const TestDatabase& database) : database_(database) {}

    void upload(const ServiceClient& waybill); // the next one; cancels the one before when it is its turn

    // Resumes what has paused itself, senders and campaigns; cancels campaigns whose budget is used up.
    void resume_all(const ServiceClient& waybill) const;

    bool is_through() const; // nothing is left to send
    std::size_t campaigns() const { return ids_.size(); }

private:
    enum class Kind
    {
        plain,
        budgeted,
        later,
        canceled
    };

    Kind kind_of(std::size_t place) const { return static_cast<Kind>(place % 4); }
    CampaignUpload next_upload() const;
    void opt_out_some() const;
    void resume_senders(const ServiceClient& waybill) const;

    const TestDatabase& database_;
    std::vector<std::string> ids_;
};

} // namespace waybill::test
