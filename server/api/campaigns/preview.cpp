#include "server/api/campaigns/preview.hpp"

#include "server/api/contract/campaign_json.hpp"
#include "server/api/contract/json_text.hpp"
#include "server/text/braces.hpp"
#include "server/text/money.hpp"
#include "server/text/segments.hpp"
#include "server/text/template.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace waybill::api
{

namespace json = boost::json;
using std::chrono::system_clock;

namespace
{

constexpr std::string_view placeholder_name = "John";

// The message as a customer called John would get it; columns that only a file could fill keep their braces.
std::string placeholder_sample(const CampaignForm& form)
{
    std::string unfilled; // outlives the view that render holds while it copies
    const auto value = [&](std::string_view name) -> std::string_view {
        if (name == "customer_name") return placeholder_name;
        if (name == "restaurant_name") return form.restaurant_name;
        if (name == "offer") return form.offer;
        if (name == "offer_code") return form.offer_code;
        unfilled = "{" + std::string(name) + "}";
        return unfilled;
    };
    return text::Template::parse(form.message).render(value);
}

std::int64_t code_points(std::string_view text)
{
    return std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; });
}

// What is probably a mistake, although it can be sent.
json::array warnings(const CampaignForm& form)
{
    const auto is_standing = [](std::string_view name) {
        return name == "customer_name" || name == "restaurant_name" || name == "offer" || name == "offer_code";
    };
    json::array sentences;
    for (const std::string& name : text::bracketed_names(form.message, is_standing))
        sentences.emplace_back("[" + name + "] is sent as it stands; did you mean {" + name + "}?");
    return sentences;
}

json::value csv_stats(const db::IntakeSummary* intake)
{
    if (!intake) return nullptr;
    return json::object{{"totalUploaded", intake->valid},
                        {"lapsedCustomers", intake->lapsed},
                        {"errors", intake->rejected},
                        {"duplicates", intake->duplicates},
                        {"optedOut", intake->opted_out}};
}

} // namespace

asio::awaitable<http::Response> PreviewRoute::preview(http::Request request)
{
    auto parsed = read_campaign_form(std::move(request.form.value()), FileRule::optional, system_clock::now());
    if (auto* faulty = std::get_if<http::Response>(&parsed)) co_return std::move(*faulty);
    CampaignForm& form = std::get<CampaignForm>(parsed);
    if (auto refused = co_await unknown_time_zone(campaigns_, form)) co_return std::move(*refused);
    if (!form.customer_list) co_return render(form, nullptr);
    try {
        auto file = std::make_shared<http::SpooledFile>(std::move(form.customer_list->content));
        db::NextBatch batches = batches_of(file, intake_rules(form, rules_, system_clock::now()));
        const db::IntakeSummary intake = co_await campaigns_.preview(std::move(batches));
        if (intake.valid == 0) co_return http::error_response(400, "No valid customers found in CSV file");
        co_return render(form, &intake);
    }
    catch (const recipients::UnknownPlaceholder& error) {
        co_return unknown_placeholder(error);
    }
    catch (const recipients::CsvError& error) {
        co_return http::error_response(400, error.what());
    }
}

http::Response PreviewRoute::render(const CampaignForm& form, const db::IntakeSummary* intake) const
{
    const bool has_sample = intake && intake->lapsed > 0;
    const std::string sample = has_sample ? intake->sample_body : placeholder_sample(form);
    const text::Segmentation cut = text::segment(sample);
    const std::int64_t customers = intake ? intake->lapsed : 0;
    const std::int64_t segments = intake ? intake->segments : 0;
    const double rate = rules_.rate_of(form.from.empty() ? rules_.default_sender : form.from);
    json::object preview{{"sampleMessage", sample},
                         {"characterCount", code_points(sample)},
                         {"targetCustomers", customers},
                         {"estimatedCost", text::dollars(segments * rules_.price_per_segment)},
                         {"csvStats", csv_stats(intake)},
                         {"encoding", text::name_of(cut.encoding)},
                         {"segments", cut.segments},
                         {"totalSegments", segments},
                         {"csvErrors", intake ? rejected_json(intake->first_rejected) : json::array{}},
                         {"warnings", warnings(form)},
                         {"estimatedSeconds", std::llround(std::ceil(static_cast<double>(segments) / rate))}};
    const json::object body{{"success", true}, {"preview", std::move(preview)}};
    return http::json_response(200, json_text(body));
}

} // namespace waybill::api
