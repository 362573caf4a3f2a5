// Exercises every route and every status of the document, and returns what is wrong: violations, other replies than expected,
// and what was left out.

import {execFile} from "node:child_process";
import {once} from "node:events";
import {readFile, writeFile} from "node:fs/promises";
import {promisify} from "node:util";
import {commonRequests, crowdedRequests} from "./common.mjs";
import {Contract} from "./contract.mjs";
import {awayRequests, ownRequests, webhook, webhookRequests} from "./requests.mjs";
import {account, freePort, sender, started, startPrism, startRelay, startSimulator, startWaybill, token} from "./servers.mjs";
import {crowd, malformedRequests, unfinishedRequests} from "./sockets.mjs";

const run = promisify(execFile);
const perAddress = 2500, inAll = 9000; // requests that Waybill takes at the same time
const together = 6;

// One database for each state that a Waybill can be in, and a first key for each of them.
async function startServers(program, databases) {
    const urls = {}, tokens = {}, settings = {TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: token, TWILIO_PHONE_NUMBER: sender,
        TWILIO_API_BASE_URL: await startSimulator(program), MESSAGES_PER_SECOND: 100, ALLOW_PRIVATE_ENDPOINTS: "yes"};
    for (const name of ["main", "away", "broken", "fresh"]) {
        urls[name] = await databases.create(`contract_${name}`);
        const added = await run(program, ["key", "add", name, "--role", "admin"], {env: {...process.env, DATABASE_URL: urls[name]}});
        tokens[name] = /wb_\S+/.exec(added.stdout)[0];
    }
    const privacy = async (name) => {
        await writeFile(name, name.padEnd(40, name));
        return {PRIVACY_KEY: name};
    };
    const begin = (name, url, more) => startWaybill(program, url, name, {...settings, ...more});
    const [main, crowded, away, broken, fresh] = await Promise.all([
        begin("main", urls.main, {MAX_UPLOAD_BYTES: 100000, ...await privacy("first-privacy-key")}),
        begin("crowded", urls.main, {TRUSTED_PROXIES: "127.0.0.1", ...await privacy("other-privacy-key")}),
        begin("away", urls.away, {JOURNAL_MAX_BYTES: 65536, RECEIPT_DEADLINE_MS: 50}),
        begin("broken", urls.broken), begin("fresh", urls.fresh)]);
    return {servers: {main, crowded, away, broken, fresh}, tokens: {...tokens, admin: tokens.main},
        startAnother: async () => {
            const PORT = await freePort();
            return started(program, ["serve"], {...settings, DATABASE_URL: urls.away, PORT, JOURNAL_DIR: "journal-starting"}, PORT,
                "/healthz");
        }};
}

// Keys of main with less than all rights.
async function addKeys({servers, tokens}) {
    const keys = {outsider: {permissions: ["metrics:read"]}, opener: {permissions: ["events:read"]}, marketer: {role: "marketer"},
        elsewhere: {role: "admin", senders: ["+15005550099"]}, poor: {role: "admin", dailyBudget: "0.0075"},
        hasty: {role: "admin", requestsPerMinute: 1}};
    const headers = {"content-type": "application/json", authorization: `Bearer ${tokens.admin}`};
    const add = async (what, body) => (await fetch(`${servers.main}/api/${what}`, {method: "POST", headers,
        body: JSON.stringify(body)})).json();
    await add("users", {email: "owner@example.com", role: "admin", password: "correct horse battery"}); // before the first key
    for (const [name, limits] of Object.entries(keys)) tokens[name] = (await add("keys", {name, ...limits})).key;
    await fetch(`${servers.main}/api/auth/me`, {headers: {authorization: `Bearer ${tokens.hasty}`}}); // its only request
}

async function inOrder(contract, databases, rows) {
    const fill = (sql) => sql.replace(/\$(\w+)/g, (_, name) => contract.known[name]);
    for (const {sql, until, after = 0, ...row} of rows) {
        for (const deadline = Date.now() + 60000; until && Date.now() < deadline;) {
            if ((await databases.run("contract_main", `select ${fill(until)} as done`))[0].done) break;
            await new Promise((later) => setTimeout(later, 100));
        }
        if (sql) await databases.run("contract_main", fill(sql));
        for (let number = 0; number < after; ++number) await contract.send(row);
        await contract.call(row);
    }
}

async function sideBySide(contract, rows) {
    const rest = [...rows];
    await Promise.all(Array.from({length: together}, async () => {
        for (let row = rest.shift(); row; row = rest.shift()) await contract.call(row);
    }));
}

// The tables of one Waybill change under it: whether a caller is known can no longer be found out.
const breakTables = (databases) => databases.run("contract_broken", "alter table api_keys rename column last_used_from to gone; " +
    "alter table users rename column password_hash to gone; alter table setup_links rename to gone_links; " +
    "alter table sign_in_failures rename to gone_failures");

async function crowdsAreRefused(contract) {
    const {crowded} = contract.servers;
    const leave = [await crowd(crowded, perAddress, () => "198.51.100.1")];
    await sideBySide(contract, crowdedRequests(contract.document, 429));
    leave.push(await crowd(crowded, inAll - perAddress, (number) => `203.0.113.${number % 100}`));
    await sideBySide(contract, crowdedRequests(contract.document, 503));
    for (const each of leave) each();
}

// Receipts wait on disk as long as there is room.
async function fillJournal(contract, path) {
    for (let number = 0; number < 5000; ++number) {
        const {headers, form} = webhook(contract.servers.away, path, {MessageSid: `SM${String(number).padStart(32, "0")}`,
            MessageStatus: "delivered", AccountSid: account, Filler: "x".repeat(500)});
        const reply = await fetch(contract.servers.away + path, {method: "POST", headers, body: form});
        if (reply.status === 503) return {headers, form};
    }
    throw new Error("the journal is never full");
}

async function withoutDatabase(contract, databases, startAnother, rows) {
    await databases.close("contract_away");
    contract.servers.starting = await startAnother();
    const isReady = async () => (await fetch(`${contract.servers.away}/readyz`)).status === 200;
    for (const deadline = Date.now() + 60000; await isReady() && Date.now() < deadline;)
        await new Promise((later) => setTimeout(later, 50));
    const id = "1905875648000000017", full = await fillJournal(contract, `/webhooks/twilio/status/${id}`);
    const receipt = {route: "POST /webhooks/twilio/status/{id}", status: 503, code: "unavailable", server: "away", path: {id},
        as: null, ...full};
    await sideBySide(contract, [receipt, ...awayRequests(), ...rows]);
}

export async function exerciseContract(program, databases, packages) {
    const {servers, tokens, startAnother} = await startServers(program, databases);
    const document = await (await fetch(`${servers.main}/api/openapi.json`)).json();
    const relay = await startRelay(servers);
    const prism = await startPrism(packages, new URL("openapi.json", packages).pathname, `http://127.0.0.1:${relay.address().port}`);
    const contract = new Contract(document, prism, servers, tokens);
    await addKeys(contract);
    contract.known.setup = /setup=(\S+)/.exec(await readFile("journal-fresh/setup-link", "utf8"))[1];

    const unfinished = unfinishedRequests(contract);
    await inOrder(contract, databases, ownRequests());
    await sideBySide(contract, webhookRequests(servers, contract.known.message));
    await malformedRequests(contract);
    await breakTables(databases);
    const common = commonRequests(document);
    await sideBySide(contract, common.filter(({server}) => server !== "away"));
    await crowdsAreRefused(contract);
    await withoutDatabase(contract, databases, startAnother, common.filter(({server}) => server === "away"));
    await unfinished;
    relay.closeAllConnections();
    relay.close();
    await once(relay, "close");
    return {faults: contract.faults, missing: contract.missing(), exercised: contract.exercised.size};
}
