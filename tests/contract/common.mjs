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

// What a body must have, from its example.
function necessary(document, {schema, example}) {
    const {required = []} = schema.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)] : schema;
    return Object.fromEntries(required.map((name) => [name, example[name]]));
}

// A request that fits the document, to ids that nothing has.
function usual(document, {route, operation}) {
    const type = bodyTypeOf(operation), row = {route, path: strangers};
    const example = type && necessary(document, operation.requestBody.content[type]);
    if (type === "application/json") row.json = example;
    if (type === "multipart/form-data") row.form = formOf({...example, customerList: list});
    if (type === "application/x-www-form-urlencoded") row.form = new URLSearchParams(example);
    return row;
}

function oversized(row, type) {
    const size = /^POST \/api\/(campaigns|messages\/batch)$/.test(row.route) ? larger : large, filler = "x".repeat(size);
    if (type === "application/json") return {...row, json: {filler}};
    return {...row, form: type === "multipart/form-data" ? formOf({customerList: filler}) : new URLSearchParams({filler})};
}

// [status, code, whether the route may answer so, what its request is then]
const refusals = [
    [401, "invalid_credential", ({hasKey}) => hasKey, () => ({as: "wb_nothing"})],
    [403, "not_authenticated", ({hasKey}) => hasKey, () => ({as: null})],
    [403, "missing_permission", ({permission}) => permission && permission !== "any", ({permission}) => ({as: permission === "metrics:read" ? "opener" : "outsider"})],
    [403, "forbidden", ({isOurs}) => isOurs, () => ({as: null, headers: {origin: "https://evil.example"}})],
    [404, null, ({operation}) => operation.responses[404], () => ({})],
    [413, "body_too_large", ({type}) => type, ({type}, row) => oversized(row, type)],
    [415, "unsupported_media_type", ({operation}) => operation.responses[415],
        () => ({json: undefined, text: "<xml/>", headers: {"content-type": "text/xml"}})],
    [421, "unknown_host", ({isOurs}) => isOurs, () => ({as: null, headers: {"x-contract-host": "waybill.example"}})],
    [422, "unknown_parameters", ({isOurs}) => isOurs, () => ({query: {surprise: "1"}})],
    [422, "unknown_fields", ({type, isOurs}) => type === "application/json" && isOurs, () => ({json: {surprise: 1}})],
    [429, "rate_limited", ({hasKey}) => hasKey, () => ({as: "hasty"})],
    [431, "headers_too_large", () => true, () => ({headers: {"x-long": "x".repeat(20 * 1024)}})],
    [500, "internal_error", ({operation}) => operation.responses[500], () => ({server: "broken", as: "broken"})],
    [503, "database_unavailable", ({asksDatabase}) => asksDatabase, () => ({server: "away", as: "away"})],
];

function kindOf({route, path, operation}) {
    const permission = operation.security ? null : operation["x-permission"];
    const [{503: unavailable}, isOurs] = [operation.responses, path.startsWith("/api/")];
    const codes = Object.keys(unavailable?.content["application/json"].examples ?? {});
    return {route, operation, type: bodyTypeOf(operation), isOurs, permission, hasKey: !operation.security,
        asksDatabase: codes.includes("database_unavailable")};
}

export function commonRequests(document) {
    return operationsOf(document).flatMap((each) => {
        const kind = kindOf(each), row = usual(document, each);
        return refusals.filter(([, , applies]) => applies(kind))
            .map(([status, code, , change]) => ({...row, status, ...(code && {code}), ...change(kind, row)}));
    });
}

// While a crowd is there: routes without a key, which nothing else limits.
export function crowdedRequests(document, status) {
    const code = status === 429 ? "too_many_requests" : "unavailable";
    return operationsOf(document).map((each) => [kindOf(each), usual(document, each)])
        .filter(([{isOurs, hasKey, operation}]) => isOurs && !hasKey && operation.responses[status])
        .map(([, row]) => ({...row, status, code, server: "crowded", as: null, headers: {"x-forwarded-for": "198.51.100.1"}}));
}
