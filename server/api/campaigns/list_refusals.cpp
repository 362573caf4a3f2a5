#include "server/api/campaigns/list_refusals.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/list.hpp"

#include <string>
#include <utility>
#include <vector>

namespace waybill::api
{

namespace
{

http::Refusal open_questions(const recipients::ListDescription& list)
{
    std::vector<http::FieldFault> faults;
    faults.reserve(list.questions.size());
    for (const recipients::Question& question : list.questions)
        faults.push_back({"body", question.about, question.text, "question", question.choices});
    ShownList shown = show(list, {});
    const ShownOpen members{shown.questions, std::move(shown)};
    return http::Refusal(std::move(faults)).with_members(to_json(members));
}

} // namespace

void refuse_list(const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    }
    catch (const recipients::UnknownPlaceholder& error) {
        throw http::Refusal({"body", "message", error.what(), "value_error"});
    }
    catch (const recipients::UnfitChoice& error) {
        throw http::Refusal({"body", error.field(), error.what(), "value_error"});
    }
    catch (const recipients::OpenQuestions& error) {
        throw open_questions(error.list());
    }
    catch (const recipients::MissingColumns& error) {
        throw http::Refusal(400, error.what())
            .with_code(error_code("missing_columns"))
            .with_members(to_json(ShownMissing{error.missing(), error.found()}));
    }
    catch (const recipients::ListError& error) {
        throw http::Refusal(400, error.what()).with_code(error_code("not_a_list"));
    }
}

http::Refusal no_valid_customers(const db::IntakeSummary& intake, const recipients::ListDescription& list)
{
    std::string sentence = "No valid customers found in CSV file: ";
    if (intake.reasons.empty())
        sentence += "there are no rows below the header line";
    else {
        const db::ReasonCount& first = intake.reasons.front();
        sentence += first.message + " (" + std::to_string(first.count) + (first.count == 1 ? " row" : " rows") +
                    ", first in line " + std::to_string(first.first_line) + ")";
    }
    const ShownNothingValid members{show(intake.reasons), show(intake.first_rejected), show(list, intake.reasons)};
    return http::Refusal(400, std::move(sentence))
        .with_code(error_code("no_valid_customers"))
        .with_members(to_json(members));
}

} // namespace waybill::api
