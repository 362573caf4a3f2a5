#pragma once

namespace waybill::access
{

// What a request may be allowed to do. Each route states the one that it requires in server/api/routes.cpp.
enum class Permission
{
    none, // no credential is required
    any,  // a credential, whatever it permits

    campaigns_read,
    messages_read,
    reports_read,
    system_read,
    people_read, // names, numbers and texts unmasked, and their export

    campaigns_write, // create, preview, test and schedule
    messages_send,
    campaigns_control,     // pause, resume, cancel, send unknown messages again
    campaigns_control_own, // the same with what the caller has created

    opt_outs_write,
    opt_outs_lift,
    senders_control,

    events_read,
    endpoints_write,
    admin, // users, keys, erasure, audit

    metrics_read
};

} // namespace waybill::access
