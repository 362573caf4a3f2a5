// Sends a message and waits until its delivery is reported here: node events.mjs WAYBILL_URL [API_KEY]
// Waybill on this machine needs ALLOW_PRIVATE_ENDPOINTS=yes to reach this receiver.
import {createHmac, timingSafeEqual} from "node:crypto";
import {createServer} from "node:http";

const [waybill, key] = process.argv.slice(2);
const headers = {"Content-Type": "application/json", ...(key && {Authorization: `Bearer ${key}`})};
const post = async (path, body) => (await fetch(waybill + path, {method: "POST", headers, body: JSON.stringify(body)})).json();

let secret, messageId;
const seen = new Set(); // an event may come more than once

function isGenuine(request, body) {
    const {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = ""} = request.headers;
    if (!(Math.abs(Date.now() / 1000 - timestamp) < 300)) return false;
    const expected = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"))
        .update(`${id}.${timestamp}.${body}`).digest();
    return signatures.split(" ").map((each) => Buffer.from(each.replace("v1,", ""), "base64"))
        .some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}

const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    if (!isGenuine(request, body)) return response.writeHead(401).end();
    response.writeHead(204).end();
    const {id, type, data} = JSON.parse(body);
    if (seen.size === seen.add(id).size || type !== "message.delivered" || data.id !== messageId) return;
    console.log(`delivered to ${data.to}`);
    await fetch(`${waybill}/api/endpoints/${endpoint.id}`, {method: "DELETE", headers});
    process.exit();
}).listen(0, "127.0.0.1", start);

let endpoint;
async function start() {
    const url = `http://127.0.0.1:${server.address().port}/`;
    endpoint = await post("/api/endpoints", {url, events: ["message.delivered"]});
    secret = endpoint.secret;
    messageId = (await post("/api/messages", {to: "+15550100001", body: "Hello"})).id;
}
