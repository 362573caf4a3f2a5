// The refusals that many routes have in common, made for each route whose document promises them.

import {operationsOf} from "./contract.mjs";

const strangers = {id: "9999999", phone: "+15550109999", number: "+15550109999", sender: "+15550109999",
    email: "nobody@example.com", name: "nothing.js"};
const large = 300 * 1024, larger = 9 * 1024 * 1024; // of the routes that take 8 MB

const bodyTypeOf = ({requestBody}) => requestBody && Object.keys(requestBody.content)[0];

function formOf(fields) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields))
        if (name === "customerList") form.append(name, new Blob([value]), "list.csv");
        else form.append(name, String(value));
    return form;
}

const list = "customer_name,phone_number,last_order_date\nAna,+15550100001,2020-01-01\n";

// Of routes that require one of several fields.
const changes = {"PATCH /api/campaigns/{id}": {offer: "30% off"}, "PATCH /api/users/{email}": {role: "viewer"},
    "PATCH /api/keys/{id}": {requestsPerMinute: 60},
    "POST /api/endpoints/{id}/replay": {from: "2026-03-31T12:00:00Z", to: "2026-03-31T13:00:00Z"}};

// What a body must have, from its example.
function necessary(document, {schema, example}) {
    const {required = []} = schema.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)] : schema;
    return Object.fromEntries(required.map((name) => [name, example[name]]));
}

// A request that fits the document, to ids that nothing has.
function usual(document, {route, operation}) {
    const type = bodyTypeOf(operation), row = {route, path: strangers};
    const example = type && necessary(document, operation.requestBody.content[type]);
    if (type === "application/json") row.json = changes[route] ?? example;
    if (type === "multipart/form-data") row.form = formOf({...example, customerList: list});
    if (type === "application/x-www-form-urlencoded") row.form = new URLSearchParams(example);
    return row;
}

function oversized(row, type) {
    const size = /^POST \/api\/(campaigns|messages\/batch)$/.test(row.route) ? larger : large, filler = "x".repeat(size);
    if (type === "application/json") return {...row, json: {filler}};
    return {...row, form: type === "multipart/form-data" ? formOf({customerList: filler}) : new URLSearchParams({filler})};
}

// [status, code, what the request is then]: made for each route whose document lists the code. 404: any code.
const refusals = [
    [401, "invalid_credential", () => ({as: "wb_nothing"})],
    [403, "not_authenticated", () => ({as: null})],
    [403, "missing_permission", ({permission}) => ({as: permission === "metrics:read" ? "opener" : "outsider"})],
    [403, "forbidden", () => ({as: null, headers: {origin: "https://evil.example"}})],
    [404, undefined, () => ({})],
    [413, "body_too_large", ({type}, row) => oversized(row, type)],
    [415, "unsupported_media_type", () => ({json: undefined, text: "<xml/>", headers: {"content-type": "text/xml"}})],
    [421, "unknown_host", () => ({as: null, headers: {"x-contract-host": "waybill.example"}})],
    [422, "unknown_parameters", () => ({query: {surprise: "1"}})],
    [422, "unknown_fields", ({type}) => (type === "application/json" ? {json: {surprise: 1}} : {form: formOf({surprise: 1})})],
    [429, "rate_limited", () => ({as: "hasty"})],
    [431, "headers_too_large", () => ({headers: {"x-long": "x".repeat(20 * 1024)}})],
    [500, "internal_error", () => ({server: "broken", as: "broken"})],
    [503, "database_unavailable", () => ({server: "away", as: "away"})],
];

function isDocumented({operation}, status, code) {
    const response = operation.responses[status];
    return response && (!code || code in response.content["application/json"].examples);
}

const kindOf = ({route, operation}) => ({route, operation, type: bodyTypeOf(operation), permission: operation["x-permission"]});

export function commonRequests(document) {
    return operationsOf(document).flatMap((each) => {
        const kind = kindOf(each), row = usual(document, each);
        return refusals.filter(([status, code]) => isDocumented(kind, status, code))
            .filter(([, code]) => each.route !== "POST /api/auth/logout" || code !== "database_unavailable") // without a session
            .map(([status, code, change]) => ({...row, status, ...(code && {code}), ...change(kind, row)}));
    });
}

// While a crowd is there: routes without a key, which nothing else limits.
export function crowdedRequests(document, status) {
    const code = status === 429 ? "too_many_requests" : "unavailable";
    return operationsOf(document)
        .filter((each) => each.path.startsWith("/api/") && each.operation.security && isDocumented(each, status, code))
        .map((each) => ({...usual(document, each), status, code, server: "crowded", as: null,
            headers: {"x-forwarded-for": "198.51.100.1"}}));
}
