#include "server/api/campaigns/rejected_preview.hpp"

#include "server/http/refusal.hpp"

#include <chrono>

namespace waybill::api
{

namespace
{

std::string reason_of(const db::RejectedRow& row)
{
    return row.hint.empty() ? row.message : row.message + ": " + row.hint;
}

} // namespace

asio::awaitable<http::Response> RejectedPreviewRoute::rejected_rows(http::Request request)
{
    const auto now = std::chrono::system_clock::now();
    CampaignForm form = read_campaign_form(std::move(request.form.value()), FileRule::required,
                                           rules_.numbers.default_country_code, now);
    auto place = running_.take(request.caller.name);
    auto file = std::make_shared<http::SpooledFile>(std::move(form.customer_list.value().content));
    recipients::IntakeRules rules = intake_rules(form, rules_, now);
    rules.guesses = true; // as in the preview
    auto download = std::make_shared<Download>();
    download->next = intake_of(file, std::move(rules), request.client_left).next;
    co_await read_batch(check_, download); // what is wrong with the file as a whole is refused now

    http::Response response;
    response.headers = {{"Content-Type", "text/csv; charset=utf-8"},
                        {"Content-Disposition", "attachment; filename=\"rejected-rows.csv\""},
                        {"Cache-Control", "no-store"}};
    response.stream = [check = check_, download, place](http::BodyWriter& body) {
        return stream(check, download, body);
    };
    co_return response;
}

asio::awaitable<void> RejectedPreviewRoute::read_batch(db::ListCheck check, std::shared_ptr<Download> download)
{
    const db::CheckedBatch checked = co_await check.batch(download->next);
    for (const db::RejectedRow& row : checked.batch.rejected) {
        const std::string reason = reason_of(row);
        download->csv.append(download->text, {reason, row.data_json});
        download->is_begun = true;
    }
    download->has_ended = !checked.has_more;
    if (download->has_ended && !download->is_begun) download->text = RejectedCsv::header_of_none();
}

asio::awaitable<void> RejectedPreviewRoute::stream(db::ListCheck check, std::shared_ptr<Download> download,
                                                   http::BodyWriter& body)
{
    for (;;) {
        std::string text = std::exchange(download->text, {});
        if (!text.empty()) co_await body.write(std::move(text));
        if (download->has_ended) co_return;
        co_await read_batch(check, download);
    }
}

} // namespace waybill::api
