#pragma once

#include "server/access/limits.hpp"
#include "server/api/access/access.hpp"
#include "server/api/campaigns/campaign_change.hpp"
#include "server/api/campaigns/campaign_control.hpp"
#include "server/api/campaigns/campaign_queries.hpp"
#include "server/api/campaigns/campaigns.hpp"
#include "server/api/campaigns/exports.hpp"
#include "server/api/campaigns/live.hpp"
#include "server/api/campaigns/preview.hpp"
#include "server/api/campaigns/rejected_preview.hpp"
#include "server/api/campaigns/test_message.hpp"
#include "server/api/events/events.hpp"
#include "server/api/messages/messages.hpp"
#include "server/api/operations/operations.hpp"
#include "server/api/parts.hpp"
#include "server/api/reports/reports.hpp"

#include <tuple>

namespace waybill::api
{

// The objects whose member functions stand in the table of routes, made from the parts.
struct Handlers
{
    explicit Handlers(const Parts& parts);

    template <class Handler>
    Handler& get()
    {
        return std::get<Handler>(all);
    }

    Parts parts;
    access::Shares searches; // that no index serves
    std::tuple<CampaignRoutes, PreviewRoute, CampaignQueryRoutes, CampaignControlRoutes, ChangeRoute, TestMessageRoute,
               MessageRoutes, OptOutRoutes, SenderRoutes, ReportRoutes, ExportRoutes, RejectedPreviewRoute, LiveRoutes,
               OperationRoutes, WebhookRoutes, SignInRoutes, UserRoutes, KeyRoutes, AuditRoutes, PeopleRoutes,
               FeedRoutes, EndpointRoutes, NotificationRoutes>
        all;
};

} // namespace waybill::api
