// The contract as clients see it: run.mjs WAYBILL DATABASE_URL, called by `tests/run -- contract` after it has installed what
// stands in package-lock.json. Starts Waybill and its simulator. Each check is a test; the last line is the total.

import {execFile, spawn} from "node:child_process";
import {once} from "node:events";
import {createServer} from "node:http";
import {promisify} from "node:util";
import {writeFile} from "node:fs/promises";
import {Ajv2020} from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import openapiTS, {astToString} from "openapi-typescript";
import {Webhook} from "standardwebhooks";
import twilio from "twilio";
import {judgePages, views} from "./axe.mjs";

const [program, databaseUrl] = process.argv.slice(2);
const run = promisify(execFile);
const here = new URL(".", import.meta.url);
const account = "AC00000000000000000000000000000001", token = "secret";
const children = [];
let passed = 0, failed = 0;

async function freePort() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const {port} = server.address();
    server.close();
    await once(server, "close");
    return port;
}

// Starts the program and waits until it answers at that path; returns its origin.
async function started(args, settings, port, path) {
    const child = spawn(program, args, {stdio: "ignore", env: {...process.env, ...settings}});
    children.push(child);
    const origin = `http://127.0.0.1:${port}`;
    for (const deadline = Date.now() + 60000; Date.now() < deadline && child.exitCode === null;) {
        const reply = await fetch(origin + path).catch(() => null);
        if (reply?.status === 200) return origin;
        await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`${program} ${args.join(" ")} does not answer`);
}

async function stopAll() {
    for (const child of children.filter(({exitCode}) => exitCode === null)) {
        child.kill();
        await once(child, "exit");
    }
}

// Sends what is meant for Twilio to the simulator.
class RedirectedClient extends twilio.RequestClient {
    constructor(target) {
        super();
        this.target = target;
    }
    request(options) {
        return super.request({...options, uri: options.uri.replace("https://api.twilio.com", this.target)});
    }
}

async function check(name, test) {
    try {
        await test();
        ++passed;
        console.log(`ok: ${name}`);
    } catch (error) {
        ++failed;
        console.log(`FAILED: ${name}: ${error.stdout ?? ""}${error.stderr ?? ""}${error.stack ?? error}`);
    }
}

function equal(actual, expected) {
    const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (left !== right) throw new Error(`${left} is not ${right}`);
}

const [port, simulatorPort] = [await freePort(), await freePort()];
const waybillUrl = await started(["serve"], {DATABASE_URL: databaseUrl, PORT: port, JOURNAL_DIR: "journal",
    ALLOW_PRIVATE_ENDPOINTS: "yes", MESSAGES_PER_SECOND: 100}, port, "/readyz");
const simulatorUrl = await started(["simulator", "--port", simulatorPort, "--account-sid", account, "--auth-token", token], {},
    simulatorPort, "/simulator/counters");

const document = await (await fetch(`${waybillUrl}/api/openapi.json`)).json();
await writeFile(new URL("openapi.json", here), JSON.stringify(document, null, 1));

const tool = (name, ...args) => run(process.execPath, [new URL(`node_modules/${name}`, here).pathname, ...args], {cwd: here});

await check("the document is linted without a warning", async () => {
    const {stdout} = await tool("@redocly/cli/bin/cli.js", "lint", "--format=json", "openapi.json");
    equal(JSON.parse(stdout).problems.map(({message, location}) => [message, location[0].pointer]), []);
});

await check("a client with the types of the document compiles strictly, sends a campaign and finds its message", async () => {
    await writeFile(new URL("api.ts", here), astToString(await openapiTS(document)));
    await tool("typescript/bin/tsc");
    const {sendSomething} = await import(new URL("client.js", here));
    equal(await sendSomething(waybillUrl), ["contract-1", "+15550100002", "+15550100001", "campaign_not_found"]);
});

// The campaign and the message that the client has made stand for the ids of paths; the other values are of no one.
async function filled(path) {
    const get = async (at) => (await fetch(waybillUrl + at)).json();
    const values = {number: "+15550100001", phone: "+15550100009", name: "docs.js"};
    if (path.startsWith("/api/campaigns/")) values.id = (await get("/api/campaigns")).campaigns[0].campaignId;
    if (path.startsWith("/api/endpoints/")) values.id = (await get("/api/endpoints")).endpoints[0]?.id ?? 0;
    if (path.startsWith("/api/notifications/")) values.id = (await get("/api/notifications")).addresses[0]?.id ?? 0;
    if (path.startsWith("/api/messages/")) values.id = (await get("/api/messages?recipient=%2B15550100002")).messages[0].id;
    return path.replace(/{(\w+)}/g, (_, name) => encodeURIComponent(values[name]));
}

const ajv = new Ajv2020({strict: false, allErrors: true});
addFormats.default(ajv);
ajv.addSchema({$id: "waybill", ...document});

// What is wrong with a reply to that documented operation; empty: nothing.
async function faultsOf(path, method, reply) {
    const documented = document.paths[path][method].responses[reply.status];
    if (!documented) return [`${method} ${path}: ${reply.status} is not documented`];
    if (!documented.content) return [];
    const type = reply.headers.get("content-type");
    if (!documented.content[type]) return [`${method} ${path}: ${type} is not documented`];
    if (type !== "application/json") return [];
    const body = await reply.json(), faults = [];
    const pointer = ["paths", path, method, "responses", String(reply.status), "content", type, "schema"]
        .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    const validate = ajv.compile({$ref: `waybill#/${pointer}`});
    if (!validate(body)) faults.push(`${method} ${path}: ${ajv.errorsText(validate.errors)}`);
    if (reply.status >= 400 && !documented.content[type].examples[body.code])
        faults.push(`${method} ${path}: the code ${body.code} is not documented`);
    return faults;
}

await check("every reply to a GET has the types that the document promises", async () => {
    const faults = [];
    for (const [path, {get}] of Object.entries(document.paths)) {
        if (!get || path.endsWith("{id}/events") || path.endsWith("/stream")) continue; // streams
        const reply = await fetch(waybillUrl + await filled(path));
        faults.push(...await faultsOf(path, "get", reply));
    }
    equal(faults, []);
});

const hello = {to: "+15550100003", body: "Hello"};
const spring = {restaurantName: "Luigi's", offer: "10% off", offerCode: "SPRING",
    recipients: [{customerName: "Ana", phoneNumber: "+15550100001"}, {customerName: "Eve", phoneNumber: "12"}]};

// [method, path of the document, body, status, code], in an order in which each finds what it needs.
const calls = [
    ["post", "/api/messages", hello, 201],
    ["post", "/api/messages", {...hello, to: "12"}, 422, "invalid_phone_number"],
    ["post", "/api/messages", {to: hello.to}, 422, "missing_fields"],
    ["post", "/api/messages", {...hello, text: "Hello"}, 422, "unknown_fields"],
    ["post", "/api/messages", {...hello, metadata: [1]}, 422, "invalid_fields"],
    ["post", "/api/messages", [], 400, "invalid_json"],
    ["post", "/api/messages/batch", {messages: [hello, {to: "12", body: "Hello"}]}, 200],
    ["post", "/api/messages/{id}/resend", {confirm: 1}, 409, "message_state"],
    ["post", "/api/campaigns", spring, 200],
    ["post", "/api/campaigns", spring, 409, "sent_already"],
    ["post", "/api/campaigns", {...spring, recipients: [{customerName: "Eve", phoneNumber: "12"}]}, 400, "no_valid_customers"],
    ["post", "/api/campaigns/{id}/pause", {}, 409, "campaign_state"],
    ["post", "/api/campaigns/{id}/resume", {maxCost: "many"}, 422, "invalid_fields"],
    ["patch", "/api/campaigns/{id}", {offer: "30% off"}, 409, "campaign_state"],
    ["post", "/api/campaigns/{id}/resend-unknown", {}, 409, "message_state"],
    ["put", "/api/opt-outs/{phone}", undefined, 201],
    ["put", "/api/opt-outs/{phone}", undefined, 200],
    ["post", "/api/messages", {...hello, to: "+15550100009"}, 422, "recipient_opted_out"],
    ["delete", "/api/opt-outs/{phone}", undefined, 204],
    ["delete", "/api/opt-outs/{phone}", undefined, 404, "not_opted_out"],
    ["post", "/api/endpoints", {}, 422, "missing_fields"],
    ["post", "/api/endpoints", {url: "ftp://127.0.0.1/"}, 422, "invalid_fields"],
    ["post", "/api/endpoints/{id}/test", undefined, 404, "endpoint_not_found"],
    ["post", "/api/endpoints", {url: "http://127.0.0.1:9/", events: ["message.delivered"]}, 201],
    ["patch", "/api/endpoints/{id}", {description: "closed", disabled: true}, 200],
    ["patch", "/api/endpoints/{id}", {events: ["message.lost"]}, 422, "invalid_fields"],
    ["post", "/api/endpoints/{id}/rotate-secret", {overlapHours: 1}, 200],
    ["post", "/api/endpoints/{id}/test", undefined, 200],
    ["post", "/api/endpoints/{id}/replay", {from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z"}, 202],
    ["post", "/api/endpoints/{id}/replay", {eventIds: ["17"]}, 422, "invalid_fields"],
    ["delete", "/api/endpoints/{id}", undefined, 204],
    ["post", "/api/notifications", {}, 422, "missing_fields"],
    ["post", "/api/notifications", {kind: "email", address: "ana"}, 422, "invalid_fields"],
    ["post", "/api/notifications/{id}/test", undefined, 404, "notification_address_not_found"],
    ["post", "/api/notifications", {kind: "email", address: "ana@example.com", preset: "nothing"}, 201],
    ["patch", "/api/notifications/{id}", {preset: "problems"}, 200],
    ["post", "/api/notifications/{id}/test", undefined, 200],
    ["delete", "/api/notifications/{id}", undefined, 204],
    ["post", "/api/keys", {name: "shop", role: "viewer"}, 409, "user_needed"],
    ["post", "/api/auth/session", {email: "ana@example.com", password: "wrong password"}, 401, "wrong_password"],
    ["post", "/api/auth/logout", {}, 200],
];

await check("replies and refusals are those that the document promises", async () => {
    const faults = [];
    for (const [method, path, body, status, code] of calls) {
        const options = {method: method.toUpperCase(), headers: {"Content-Type": "application/json"}};
        if (body !== undefined) options.body = JSON.stringify(body);
        const reply = await fetch(waybillUrl + await filled(path), options);
        const seen = status >= 400 ? (await reply.clone().json()).code : undefined;
        if (reply.status !== status || seen !== code) faults.push(`${method} ${path}: ${reply.status} ${seen}, not ${code}`);
        faults.push(...await faultsOf(path, method, reply));
    }
    equal(faults, []);
});

await check("axe-core finds nothing on eight pages of the dashboard, at two widths, in light and dark", async () => {
    const [campaign, message] = [await filled("/api/campaigns/{id}"), await filled("/api/messages/{id}")]
        .map((path) => path.split("/").at(-1));
    const {runs, faults} = await judgePages(waybillUrl, await freePort(), views(campaign, message));
    equal(faults, []);
    equal(runs, 32);
});

await check("Twilio's own package sends through the simulator and recognises its signed receipt", async () => {
    const receipts = [];
    const server = createServer(async (request, response) => {
        let body = "";
        for await (const piece of request) body += piece;
        const form = Object.fromEntries(new URLSearchParams(body));
        const url = `http://127.0.0.1:${server.address().port}${request.url}`;
        receipts.push([form.MessageSid, form.MessageStatus,
            twilio.validateRequest(token, request.headers["x-twilio-signature"], url, form)]);
        response.writeHead(204).end();
        if (form.MessageStatus === "delivered") server.close();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = twilio(account, token, {httpClient: new RedirectedClient(simulatorUrl)});
    const sent = await client.messages.create({to: "+15550100001", from: "+15005550006", body: "Hello",
        statusCallback: `http://127.0.0.1:${server.address().port}/receipts`});
    await Promise.race([once(server, "close"), new Promise((_, reject) =>
        setTimeout(reject, 20000, new Error("no receipt of a delivery")).unref())]);
    equal(receipts.every(([sid, , valid]) => sid === sent.sid && valid), true);
    equal((await client.messages(sent.sid).fetch()).status, "delivered");
});

await check("the standardwebhooks package verifies an event, and the next one after its secret was replaced", async () => {
    const arrived = [];
    const server = createServer(async (request, response) => {
        let body = "";
        for await (const piece of request) body += piece;
        response.writeHead(204).end();
        arrived.push({headers: request.headers, body});
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const ask = async (path, method = "POST", body = undefined) => (await fetch(waybillUrl + path, {method, body: body && JSON.stringify(body),
        headers: body && {"Content-Type": "application/json"}})).json();
    const {id, secret} = await ask("/api/endpoints", "POST", {url: `http://127.0.0.1:${server.address().port}/`});
    equal((await ask(`/api/endpoints/${id}/test`)).delivered, true);
    const {secret: replaced} = await ask(`/api/endpoints/${id}/rotate-secret`);
    equal((await ask(`/api/endpoints/${id}/test`)).delivered, true);
    const tests = arrived.filter(({body}) => JSON.parse(body).type === "endpoint.test");
    equal(new Webhook(secret).verify(tests[0].body, tests[0].headers).data.endpointId, String(id));
    for (const each of [secret, replaced]) equal(new Webhook(each).verify(tests[1].body, tests[1].headers).type, "endpoint.test");
    let refused = false;
    try { new Webhook(replaced).verify(tests[0].body, tests[0].headers); } catch { refused = true; }
    equal(refused, true);
    await fetch(`${waybillUrl}/api/endpoints/${id}`, {method: "DELETE"});
    server.closeAllConnections();
    server.close();
});

for (const [program, example] of [[process.execPath, "events.mjs"], ["python3", "events.py"]])
    await check(`${example} sends a message and receives its delivered event`, async () => {
        const {stdout} = await run(program, [new URL(`${example}`, here).pathname, waybillUrl], {timeout: 60000});
        equal(stdout, "delivered to +15550100001\n");
    });

await stopAll();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
