#include "server/api/handlers.hpp"

namespace waybill::api
{

namespace
{

// Fewer than the usual threads of the database: other requests need some as well.
constexpr std::size_t max_searches = 3, max_searches_each = 2;

db::Campaigns campaigns_of(const Parts& parts)
{
    return db::Campaigns(parts.database, parts.bulk_database);
}

CampaignControlRoutes make_control(const Parts& parts)
{
    return CampaignControlRoutes(db::CampaignControl(parts.database),
                                 db::Resending(parts.database, parts.bulk_database), parts.dispatcher, parts.rules);
}

ChangeRoute make_change(const Parts& parts)
{
    return ChangeRoute(db::CampaignControl(parts.database), db::CampaignChanges(parts.bulk_database), parts.dispatcher,
                       parts.rules);
}

TestMessageRoute make_test(const Parts& parts)
{
    return TestMessageRoute(campaigns_of(parts), db::ListCheck(parts.bulk_database), db::SingleMessages(parts.database),
                            parts.dispatcher, parts.rules);
}

MessageRoutes make_messages(const Parts& parts)
{
    return MessageRoutes(campaigns_of(parts), parts.database, parts.bulk_database, parts.dispatcher, parts.rules);
}

SenderRoutes make_senders(const Parts& parts)
{
    return SenderRoutes(db::Senders(parts.database), parts.dispatcher, parts.rules.default_sender, parts.rules.rates);
}

ReportRoutes make_reports(const Parts& parts)
{
    return ReportRoutes(
        db::Reports(parts.database, {parts.database, parts.replica}, {parts.bulk_database, parts.replica}));
}

ExportRoutes make_exports(const Parts& parts)
{
    return ExportRoutes(
        campaigns_of(parts), db::Exports(parts.bulk_database, {parts.bulk_database, parts.replica}),
        [&receiver = parts.receiver] { return receiver.counters().of(webhooks::Verdict::acknowledged); });
}

} // namespace

Handlers::Handlers(const Parts& with)
    : parts(with),
      searches(max_searches, max_searches_each, "searches"),
      all(CampaignRoutes(campaigns_of(with), with.dispatcher, with.rules), PreviewRoute(campaigns_of(with), with.rules),
          CampaignQueryRoutes(campaigns_of(with), db::Messages(with.database), with.inbound, with.rules, searches),
          make_control(with), make_change(with), make_test(with), make_messages(with),
          OptOutRoutes(db::OptOuts(with.database), with.rules.numbers.default_country_code, searches),
          make_senders(with), make_reports(with), make_exports(with),
          RejectedPreviewRoute(db::ListCheck(with.bulk_database), with.rules),
          LiveRoutes(campaigns_of(with), with.feed), OperationRoutes(with), WebhookRoutes(with.receiver),
          SignInRoutes(with.database, with.passwords, with.gate, with.refusals),
          UserRoutes(with.database, with.passwords, with.gate), KeyRoutes(with.database, with.gate),
          AuditRoutes(db::AuditLog(with.database)),
          PeopleRoutes(db::Erasure(with.bulk_database), with.journal, with.recent,
                       with.rules.numbers.default_country_code),
          FeedRoutes(with.database), EndpointRoutes(with.database, campaigns_of(with), with.deliverer),
          NotificationRoutes(with.database, with.notifier))
{
}

} // namespace waybill::api
