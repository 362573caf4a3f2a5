// What each route does when all is well, and the refusals that are its own, in an order in which each request finds what it
// needs. "$name" stands for what an earlier reply was kept for.

import twilio from "twilio";
import {sender, token} from "./servers.mjs";

const hello = {to: "+15550100003", body: "Hello"};
const offer = {restaurantName: "Luigi's", offer: "10% off", offerCode: "SPRING"};
const ana = {customerName: "Ana", phoneNumber: "+15550100001"}, eve = {customerName: "Eve", phoneNumber: "12"};
const spring = {...offer, recipients: [ana, eve]};
const later = new Date(Date.now() + 3600e3).toISOString().replace(/\.\d+/, "");
const header = "customer_name,phone_number,last_order_date\n";
const list = `${header}Ana,+15550100001,2020-01-01\nEve,12,2020-01-01\n`;
const password = "correct horse battery";

function upload(fields = {}, file = list) {
    const form = new FormData();
    for (const [name, value] of Object.entries({...offer, ...fields})) form.append(name, value);
    if (file !== null) form.append("customerList", new Blob([file], {type: "text/csv"}), "list.csv");
    return {form};
}

// As Twilio signs it, for the URL at which Waybill believes to be.
export function webhook(origin, path, parameters) {
    return {as: null, form: new URLSearchParams(parameters),
        headers: {"x-twilio-signature": twilio.getExpectedTwilioSignature(token, origin + path, parameters)}};
}

const creations = [
    ["POST /api/campaigns/sms", 200, "", {...upload({offer: "20% off"}), keep: {uploaded: "data.campaignId"}}],
    ["POST /api/campaigns/sms", 202, "", {...upload({sendAt: later}), headers: {prefer: "respond-async"}}],
    ["POST /api/campaigns/sms", 400, "not_a_list", upload({}, "%PDF-1.7")],
    ["POST /api/campaigns/sms", 400, "missing_columns", upload({}, "customer_name,phone_number\nAna,+15550100001\n")],
    ["POST /api/campaigns/sms", 400, "no_valid_customers", upload({}, `${header}Eve,12,2020-01-01\n`)],
    ["POST /api/campaigns/sms", 409, "sent_already", upload({offer: "20% off"})],
    ["POST /api/campaigns/sms", 422, "open_questions", upload({}, `${header}Ana,+15550100001,01/02/2020\n`)],
    ["POST /api/campaigns/sms", 422, "missing_fields", upload({}, null)],
    ["POST /api/campaigns", 200, "", {json: {...spring, recipients: [{...ana, reference: "order-1", metadata: {table: 7}}, eve]},
        keep: {campaign: "data.campaignId"}}],
    ["POST /api/campaigns", 202, "", {json: {...spring, sendAt: later, offerCode: "LATER"}, headers: {prefer: "respond-async"},
        keep: {scheduled: "data.campaignId"}}],
    ["POST /api/campaigns", 400, "invalid_json", {text: "{", headers: {"content-type": "application/json"}, direct: "malformed JSON"}],
    ["POST /api/campaigns", 409, "sent_already", {json: {...spring, recipients: [{...ana, reference: "order-1"}, eve]}}],
    ["POST /api/campaigns", 422, "reference_used", {json: {...spring, offerCode: "AGAIN", recipients: [{...ana, reference: "order-1"}]}}],
    ["POST /api/campaigns/sms/preview", 200, "", upload()],
    ["POST /api/campaigns/sms/preview/rejected-rows.csv", 200, "", upload()],
    ["POST /api/campaigns/sms/test", 201, "", upload({to: "+15550100004"})],
    ["POST /api/campaigns/sms/test", 429, "too_many_tests", {...upload({to: "+15550100004"}), after: 9}],
];

const readings = [
    "sms/sample-csv", "", "{id}", "{id}/timeline", "{id}/messages", "{id}/replies", "{id}/messages.csv", "{id}/messages.xlsx",
    "{id}/rejected-rows.csv", "sms/status/{id}",
].map((rest) => [`GET /api/campaigns${rest && "/"}${rest}`, 200, "", {path: {id: "$campaign"}}]);

const control = [
    ["GET /api/campaigns/{id}/events", 200, "", {path: {id: "$campaign"}, direct: "stream"}],
    ["PATCH /api/campaigns/{id}", 200, "", {path: {id: "$scheduled"}, json: {offer: "30% off"}}],
    ["POST /api/campaigns/{id}/pause", 403, "not_your_campaign", {path: {id: "$scheduled"}, json: {}, as: "marketer"}],
    ["PATCH /api/campaigns/{id}", 409, "campaign_state", {path: {id: "$campaign"}, json: {offer: "30% off"}}],
    ["POST /api/campaigns/{id}/resume", 409, "campaign_state", {path: {id: "$scheduled"}, json: {}}],
    ["POST /api/campaigns/{id}/pause", 200, "", {path: {id: "$scheduled"}, json: {}}],
    ["POST /api/campaigns/{id}/pause", 409, "campaign_state", {path: {id: "$scheduled"}, json: {}}],
    ["POST /api/campaigns/{id}/resume", 200, "", {path: {id: "$scheduled"}, json: {}}],
    ["PATCH /api/campaigns/{id}", 409, "rows_not_kept", {path: {id: "$scheduled"}, json: {message: "Hello"},
        sql: "delete from scheduled_rows"}],
    ["POST /api/campaigns/{id}/cancel", 200, "", {path: {id: "$scheduled"}, json: {}}],
    ["POST /api/campaigns/{id}/cancel", 409, "campaign_state", {path: {id: "$scheduled"}, json: {}}],
];

const ofMessage = "id = $message", ofCampaign = "campaign_id = (select id from campaigns where public_id = '$campaign')";
const final = "('delivered', 'undelivered', 'failed')";
const messages = [
    ["POST /api/messages", 201, "", {json: {...hello, reference: "order-2"}, headers: {"idempotency-key": "one"}, keep: {message: "id"}}],
    ["POST /api/messages", 200, "", {json: {...hello, reference: "order-2"}}],
    ["POST /api/messages", 403, "sender_not_allowed", {json: hello, as: "elsewhere"}],
    ["POST /api/messages", 422, "idempotency_key_reused", {json: {...hello, body: "Bye"}, headers: {"idempotency-key": "one"}}],
    ["POST /api/messages", 422, "invalid_phone_number", {json: {...hello, to: "12"}}],
    ["POST /api/messages", 422, "missing_fields", {json: {to: hello.to}}],
    ["POST /api/messages", 422, "invalid_fields", {json: {...hello, metadata: [1]}}],
    ["POST /api/messages", 422, "always_quiet", {json: {...hello, to: "+18005550100", quietHours: "14:00-13:00"}}],
    ["POST /api/messages", 429, "budget_used_up", {json: {...hello, body: "x".repeat(200)}, as: "poor"}],
    ["POST /api/messages/batch", 200, "", {json: {messages: [hello, {to: "12", body: "Hello"}]}}],
    ["GET /api/messages", 200, "", {query: {reference: "order-1"}}],
    ["GET /api/messages/{id}", 200, "", {path: {id: "$message"}}],
    ["POST /api/messages/{id}/resend", 409, "message_state", {path: {id: "$message"}, json: {confirm: 1}}],
    ["POST /api/messages/{id}/resend", 200, "", {path: {id: "$message"}, json: {confirm: 1},
        until: `not exists (select from messages where ${ofMessage} and status not in ${final})`,
        sql: `update messages set status = 'unknown' where ${ofMessage}`}],
    ["POST /api/campaigns/{id}/resend-unknown", 409, "message_state", {path: {id: "$campaign"}, json: {}}],
    ["POST /api/campaigns/{id}/resend-unknown", 409, "confirmation_needed", {path: {id: "$campaign"}, json: {},
        until: `not exists (select from messages where ${ofCampaign} and status not in ${final})`,
        sql: `update messages set status = 'unknown' where ${ofCampaign}; update campaign_counters set unknown = 1 where ${ofCampaign}`}],
    ["POST /api/campaigns/{id}/resend-unknown", 200, "", {path: {id: "$campaign"}, json: {confirm: 1}}],
];

const phone = {phone: "+15550100009"}, person = {number: "+15550100007"};
const people = [
    ["PUT /api/opt-outs/{phone}", 201, "", {path: phone}],
    ["PUT /api/opt-outs/{phone}", 200, "", {path: phone}],
    ["GET /api/opt-outs", 200, "", {}],
    ["GET /api/opt-outs/{phone}", 200, "", {path: phone}],
    ["POST /api/messages", 422, "recipient_opted_out", {json: {...hello, to: phone.phone}}],
    ["DELETE /api/opt-outs/{phone}", 204, "", {path: phone}],
    ["GET /api/people/{number}", 200, "", {path: person}],
    ["DELETE /api/people/{number}", 200, "", {path: person}],
    ["DELETE /api/people/{number}", 409, "privacy_key_differs", {path: person, server: "crowded"}],
    ["DELETE /api/people/{number}", 409, "privacy_key_missing", {path: person, server: "fresh", as: "fresh"}],
];

const endpoint = {id: "$endpoint"}, address = {id: "$address"};
const events = [
    ["GET /api/events", 200, "", {}],
    ["GET /api/events/stream", 200, "", {direct: "stream"}],
    ["POST /api/endpoints", 201, "", {json: {url: "http://127.0.0.1:9/", events: ["message.delivered"]}, keep: {endpoint: "id"}}],
    ["GET /api/endpoints", 200, "", {}],
    ["GET /api/endpoints/{id}", 200, "", {path: endpoint}],
    ["PATCH /api/endpoints/{id}", 200, "", {path: endpoint, json: {description: "closed", disabled: true}}],
    ["POST /api/endpoints/{id}/rotate-secret", 200, "", {path: endpoint, json: {overlapHours: 1}}],
    ["POST /api/endpoints/{id}/test", 200, "", {path: endpoint}],
    ["GET /api/endpoints/{id}/deliveries", 200, "", {path: endpoint}],
    ["POST /api/endpoints/{id}/replay", 202, "", {path: endpoint, json: {from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z"}}],
    ["DELETE /api/endpoints/{id}", 204, "", {path: endpoint}],
    ["POST /api/notifications", 201, "", {json: {kind: "email", address: "ana@example.com", preset: "nothing"}, keep: {address: "id"}}],
    ["GET /api/notifications", 200, "", {}],
    ["PATCH /api/notifications/{id}", 200, "", {path: address, json: {preset: "problems"}}],
    ["POST /api/notifications/{id}/test", 200, "", {path: address}],
    ["POST /api/notifications", 409, "too_many_addresses", {json: {kind: "email", address: "eve@example.com"},
        sql: "insert into notification_addresses (kind, address, preset, created_by) " +
            "select 'email', n || '@example.com', 'nothing', '' from generate_series(1, 50) as n"}],
    ["DELETE /api/notifications/{id}", 204, "", {path: address}],
];

const access = [
    ["POST /api/keys", 409, "user_needed", {json: {name: "shop", role: "viewer"}, server: "fresh", as: "fresh"}],
    ["POST /api/auth/setup", 403, "invalid_link", {json: {token: "none", email: "ana@example.com", password}, server: "fresh", as: null}],
    ["POST /api/auth/setup", 201, "", {json: {token: "$setup", email: "ana@example.com", password}, server: "fresh", as: null}],
    ["POST /api/auth/setup", 403, "account_exists", {json: {token: "none", email: "ana@example.com", password}, server: "fresh", as: null}],
    ["POST /api/users", 201, "", {json: {email: "ana@example.com", role: "admin", password}}],
    ["POST /api/users", 409, "user_exists", {json: {email: "ana@example.com", role: "admin", password}}],
    ["GET /api/users", 200, "", {}],
    ["PUT /api/users/{email}/password", 200, "", {path: {email: "ana@example.com"}, json: {password: `${password} staple`}}],
    ["POST /api/auth/session", 200, "", {json: {email: "ana@example.com", password: `${password} staple`}, as: null}],
    ["POST /api/auth/session", 401, "wrong_password", {json: {email: "eve@example.com", password}, as: null}],
    ["POST /api/auth/login", 401, "wrong_password", {json: {email: "eve@example.com", password}, as: null}],
    ["POST /api/auth/login", 200, "", {json: {email: "ana@example.com", password: `${password} staple`}, as: null, keep: {session: "token"}}],
    ["POST /api/auth/login", 429, "too_many_sign_ins", {json: {email: "eve@example.com", password}, as: null, after: 20}],
    ["GET /api/auth/me", 200, "", {as: "$session"}],
    ["POST /api/users/{email}/disable", 409, "own_account", {path: {email: "ana@example.com"}, as: "$session"}],
    ["PATCH /api/users/{email}", 409, "own_account", {path: {email: "ana@example.com"}, json: {disabled: true}, as: "$session"}],
    ["POST /api/auth/logout", 200, "", {json: {}, as: "$session"}],
    ["PATCH /api/users/{email}", 200, "", {path: {email: "ana@example.com"}, json: {role: "operator"}}],
    ["PATCH /api/users/{email}", 409, "last_administrator", {path: {email: "owner@example.com"}, json: {role: "viewer"}}],
    ["POST /api/users/{email}/disable", 200, "", {path: {email: "ana@example.com"}}],
    ["GET /api/keys", 200, "", {}],
    ["POST /api/keys", 201, "", {json: {name: "till", role: "viewer"}, keep: {key: "id"}}],
    ["PATCH /api/keys/{id}", 200, "", {path: {id: "$key"}, json: {dailyBudget: "20.00", expiresInDays: 30}}],
    ["DELETE /api/keys/{id}", 204, "", {path: {id: "$key"}}],
];

const system = [
    ["GET /api/errors", 200, "", {}],
    ["GET /api/reports/overview", 200, "", {}],
    ["GET /api/senders", 200, "", {}],
    ["POST /api/senders/{sender}/resume", 200, "", {path: {sender}}],
    ["GET /api/audit", 200, "", {}],
    ["GET /api/health", 200, "", {as: null}],
    ["GET /api/system", 200, "", {}],
    ["GET /api/openapi.json", 200, "", {as: null}],
    ["GET /api/docs", 200, "", {as: null}],
    ["GET /api/docs/{name}", 200, "", {as: null, path: {name: "docs.js"}}],
    ["GET /healthz", 200, "", {as: null}],
    ["GET /readyz", 200, "", {as: null}],
    ["GET /metrics", 200, "", {}],
];

export function ownRequests() {
    return [creations, readings, control, messages, people, events, access, system].flat()
        .map(([route, status, code, more]) => ({route, status, ...(code && {code}), ...more}));
}

// While one server cannot reach its database, and another one has never reached it.
export function awayRequests() {
    return [
        {route: "GET /readyz", status: 503, code: "unavailable", server: "away", as: null},
        {route: "GET /api/campaigns", status: 503, code: "starting", server: "starting", as: "away"},
    ];
}

export function webhookRequests({main, away}, message) {
    const receipt = {MessageSid: "SM00000000000000000000000000000001", MessageStatus: "delivered", AccountSid: "AC00000000000000000000000000000001"};
    const reply = {MessageSid: "SM00000000000000000000000000000002", From: "+15550100001", To: sender, Body: "Yes please"};
    const status = "POST /webhooks/twilio/status/{id}", inbound = "POST /webhooks/twilio/inbound", path = {id: message};
    const [at, in_] = [`/webhooks/twilio/status/${message}`, "/webhooks/twilio/inbound"];
    return [
        {route: status, status: 204, path, ...webhook(main, at, receipt)},
        {route: status, status: 400, code: "bad_request", path, ...webhook(main, at, {MessageSid: "SM1"})},
        {route: status, status: 403, code: "forbidden", path, ...webhook(away, at, receipt)},
        {route: inbound, status: 200, ...webhook(main, in_, reply)},
        {route: inbound, status: 400, code: "bad_request", ...webhook(main, in_, {Body: "Yes"})},
        {route: inbound, status: 403, code: "forbidden", ...webhook(away, in_, reply)},
    ];
}
