#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/http/refusal.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace waybill::api
{

// The references and metadata of the recipients of one request, by the rows that they become. What is wrong with them
// goes to `faults`: of no more than a few, as a request may hold thousands.
class RecipientLabels
{
public:
    static constexpr std::size_t max_faults = 20;

    explicit RecipientLabels(std::vector<http::FieldFault>& faults) : faults_(faults) {}

    // `place` names the recipient: recipients[17].
    void add(const boost::json::object& recipient, std::int64_t row, const std::string& place);

    std::vector<db::RowLabels> take() { return std::move(labels_); }

private:
    void fault(http::FieldFault fault, const std::string& place);

    std::vector<http::FieldFault>& faults_;
    std::vector<db::RowLabels> labels_;
    std::map<std::string, std::string, std::less<>> places_; // of the references
};

// 422: each message needs a reference of its own.
http::Refusal references_were_used(const db::UsedReferences& used);

} // namespace waybill::api
