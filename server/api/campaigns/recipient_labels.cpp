#include "server/api/campaigns/recipient_labels.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/labels.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

std::string reference_text(const json::object& recipient)
{
    const json::value* reference = recipient.if_contains("reference");
    if (reference == nullptr) return "";
    if (reference->is_string()) return std::string(reference->get_string());
    return reference->is_number() ? json::serialize(*reference) : std::string();
}

} // namespace

void RecipientLabels::add(const json::object& recipient, std::int64_t row, const std::string& place)
{
    std::vector<http::FieldFault> found;
    db::RowLabels labels{row, {read_reference(reference_text(recipient), found), ""}};
    if (const json::value* metadata = recipient.if_contains("metadata"))
        labels.labels.metadata_json = read_metadata(*metadata, found);
    const std::string& reference = labels.labels.reference;
    if (!reference.empty()) {
        const auto [first, is_new] = places_.emplace(reference, place);
        if (!is_new)
            found.push_back({"body", "reference",
                             "is that of " + first->second + " as well; each message needs its own", "value_error"});
    }
    for (http::FieldFault& each : found)
        fault(std::move(each), place);
    if (!reference.empty() || !labels.labels.metadata_json.empty()) labels_.push_back(std::move(labels));
}

void RecipientLabels::fault(http::FieldFault fault, const std::string& place)
{
    if (faults_.size() >= max_faults) return;
    fault.name.insert(0, place + ".");
    faults_.push_back(std::move(fault));
}

http::Refusal references_were_used(const db::UsedReferences& used)
{
    std::vector<http::FieldFault> faults;
    for (const std::string& reference : used.references) {
        faults.push_back({"body", "recipients",
                          "the reference " + reference + " was used for another message; each message needs its own",
                          "value_error"});
        faults.back().code = error_code("reference_used");
    }
    return http::Refusal(std::move(faults));
}

} // namespace waybill::api
