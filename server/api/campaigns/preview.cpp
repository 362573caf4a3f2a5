#include "server/api/campaigns/preview.hpp"

#include "config/ascii.hpp"
#include "server/api/campaigns/list_refusals.hpp"
#include "server/api/contract/list.hpp"
#include "server/recipients/rows/data_characters.hpp"
#include "server/text/segments.hpp"
#include "server/text/template.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace waybill::api
{

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
std::vector<std::string> warnings(const CampaignForm& form, const recipients::DataCharacters& characters)
{
    const auto is_standing = [](std::string_view name) {
        return name == "customer_name" || name == "restaurant_name" || name == "offer" || name == "offer_code";
    };
    std::vector<std::string> sentences;
    for (const std::string& name : text::bracketed_names(form.message, is_standing))
        sentences.push_back(
            std::string("[").append(name).append("] is sent as it stands; did you mean {").append(name).append("}?"));
    if (std::string dearer = warning_about(characters); !dearer.empty()) sentences.push_back(std::move(dearer));
    return sentences;
}

// All that reaches every message.
std::string text_of(const CampaignForm& form)
{
    return form.message + form.restaurant_name + form.offer + form.offer_code;
}

// `previewOf`: the person whose message is to be shown, by name or the last digits of the number.
std::string example_wanted(const CampaignForm& form)
{
    const auto field = form.fields.find("previewOf");
    return field == form.fields.end() ? "" : std::string(config::trimmed(field->second));
}

std::optional<ShownCsvStats> csv_stats(const db::IntakeSummary* intake)
{
    if (!intake) return std::nullopt;
    return ShownCsvStats{.total_uploaded = intake->valid,
                         .lapsed_customers = intake->lapsed,
                         .errors = intake->rejected,
                         .duplicates = intake->duplicates,
                         .opted_out = intake->opted_out,
                         .no_consent = intake->no_consent,
                         .texted_recently = intake->texted_recently};
}

} // namespace

asio::awaitable<http::Response> PreviewRoute::preview(http::Request request)
{
    CampaignForm form = read_campaign_form(std::move(request.form.value()), FileRule::optional,
                                           rules_.numbers.default_country_code, system_clock::now());
    co_await check_time_zone(campaigns_, form.quiet_hours);
    if (!form.customer_list) co_return render(form, nullptr, nullptr, {});
    auto file = std::make_shared<http::SpooledFile>(std::move(form.customer_list->content));
    recipients::IntakeRules rules = intake_rules(form, rules_, system_clock::now());
    rules.guesses = true;
    ListIntake list = intake_of(file, std::move(rules), request.client_left);
    db::NextBatch batches = messages_of(form, std::move(list.next));
    recipients::DataCharacters characters;
    if (recipients::beyond_gsm7(text_of(form)).empty())
        batches = recipients::with_counted_characters(std::move(batches), characters);
    db::IntakeTerms terms{form.not_texted_within_hours, form.quiet_hours};
    std::string example_of = example_wanted(form);
    const db::ListPreview found =
        co_await campaigns_.preview(std::move(batches), std::move(terms), std::move(example_of), request.client_left);
    const db::IntakeSummary& intake = found.intake;
    const recipients::ListDescription& description = list.reader->description();
    if (intake.valid == 0 && description.questions.empty()) throw no_valid_customers(intake, description);
    co_return render(form, &found, &description, characters);
}

http::Response PreviewRoute::render(const CampaignForm& form, const db::ListPreview* found,
                                    const recipients::ListDescription* list,
                                    const recipients::DataCharacters& characters) const
{
    const db::IntakeSummary* intake = found ? &found->intake : nullptr;
    const bool has_sample = intake && intake->lapsed > 0;
    const std::string sample = has_sample ? intake->sample_body : placeholder_sample(form);
    const text::Segmentation cut = text::segment(sample);
    const std::int64_t customers = intake ? intake->lapsed : 0;
    const std::int64_t segments = intake ? intake->segments : 0;
    const double rate = rules_.rate_of(form.from.empty() ? rules_.default_sender : form.from);
    ShownPlan plan{.sample_message = sample,
                   .character_count = code_points(sample),
                   .target_customers = customers,
                   .estimated_cost = {segments * rules_.price_per_segment},
                   .csv_stats = csv_stats(intake),
                   .encoding = text::name_of(cut.encoding),
                   .segments = static_cast<std::int64_t>(cut.segments),
                   .total_segments = segments,
                   .csv_errors = {},
                   .warnings = warnings(form, characters),
                   .estimated_seconds = std::llround(std::ceil(static_cast<double>(segments) / rate)),
                   .ucs2_from_data = show(characters),
                   .left_out = intake ? who_is_left_out(*intake, form.not_texted_within_hours) : "",
                   .recipients = {}};
    if (intake) plan.csv_errors = show(intake->first_rejected);
    if (found) plan.recipients = show(found->examples);
    ShownPreview preview{.preview = {{std::move(plan)}, std::nullopt}};
    if (list) preview.preview.list = show(*list, intake->reasons);
    return json_reply(200, preview);
}

} // namespace waybill::api
