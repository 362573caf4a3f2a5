// The contract as clients see it: run.mjs WAYBILL DATABASE_URL ROOT, called by `tests/run -- contract` after it has installed what
// stands in package-lock.json. Starts Waybill and its simulator. Each check is a test; the last line is the total.

import {execFile} from "node:child_process";
import {once} from "node:events";
import {createServer} from "node:http";
import {promisify} from "node:util";
import {writeFile} from "node:fs/promises";
import openapiTS, {astToString} from "openapi-typescript";
import {Webhook} from "standardwebhooks";
import twilio from "twilio";
import {judgePages, views} from "./axe.mjs";
import {Databases} from "./database.mjs";
import {exerciseContract} from "./exercise.mjs";
import {refusedCommands, unlikePrograms} from "./readme.mjs";
import {account, freePort, startSimulator, startWaybill, stopAll, token} from "./servers.mjs";

const [program, databaseUrl, root] = process.argv.slice(2);
const run = promisify(execFile);
const here = new URL(".", import.meta.url);
let passed = 0, failed = 0;

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

const waybillUrl = await startWaybill(program, databaseUrl, "open", {ALLOW_PRIVATE_ENDPOINTS: "yes", MESSAGES_PER_SECOND: 100});
const simulatorUrl = await startSimulator(program);
const databases = new Databases(databaseUrl);

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

await check("each route and each documented status is exercised through prism, which finds no violation", async () => {
    const {faults, missing, exercised} = await exerciseContract(program, databases, here);
    console.log(`${exercised} routes with statuses`);
    const all = [...faults, ...missing.map((each) => `not exercised: ${each}`)];
    if (all.length > 0) throw new Error(all.join("\n"));
});

await check("axe-core finds nothing on the pages of the dashboard, at two widths, in light and dark", async () => {
    const get = async (path) => (await fetch(waybillUrl + path)).json();
    const {campaigns: [{campaignId: campaign}]} = await get("/api/campaigns");
    const {messages: [{id: message}]} = await get("/api/messages?recipient=%2B15550100002");
    const pages = views(campaign, message);
    const {runs, faults} = await judgePages(waybillUrl, await freePort(), pages);
    equal(faults, []);
    equal(runs, 4 * pages.length);
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
        // One in twenty simulated messages is not delivered: then the program waits in vain.
        const attempt = () => run(program, [new URL(`${example}`, here).pathname, waybillUrl], {timeout: 20000});
        const {stdout} = await attempt().catch(attempt).catch(attempt);
        equal(stdout, "delivered to +15550100001\n");
    });

await check("the commands of the READMEs are accepted, and their programs are those that are tested here", async () => {
    const server = createServer((request, response) => response.writeHead(204).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const {refused, count} = await refusedCommands(root, waybillUrl, `http://127.0.0.1:${server.address().port}/`);
    server.closeAllConnections();
    server.close();
    equal(refused, []);
    equal(count >= 15, true);
    equal(await unlikePrograms(root, ["events.mjs", "events.py"]), []);
});

await stopAll();
await databases.dropAll();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
