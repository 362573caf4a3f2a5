// Sends a message and waits until its delivery is reported here: node events.mjs WAYBILL_URL [API_KEY]
// Waybill on this machine needs ALLOW_PRIVATE_ENDPOINTS=yes to reach this receiver.
import {createHmac, timingSafeEqual} from "node:crypto";
import {once} from "node:events";
import {createServer} from "node:http";

const [waybill, key] = process.argv.slice(2);
const headers = {"Content-Type": "application/json", ...(key && {Authorization: `Bearer ${key}`})};
const post = async (path, body) => (await fetch(waybill + path, {method: "POST", headers, body: JSON.stringify(body)})).json();

let secret;
const events = new Map(); // by id, as an event may come more than once

function isGenuine({"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures}, body) {
    if (!secret || !signatures || !(Math.abs(Date.now() / 1000 - timestamp) < 300)) return false;
    const expected = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"))
        .update(`${id}.${timestamp}.${body}`).digest();
    return signatures.split(" ").map((each) => Buffer.from(each.replace("v1,", ""), "base64"))
        .some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}

const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    if (!isGenuine(request.headers, body)) return response.writeHead(401).end();
    events.set(request.headers["webhook-id"], JSON.parse(body));
    response.writeHead(204).end();
    server.emit("event");
}).listen(0, "127.0.0.1");
await once(server, "listening");

const endpoint = await post("/api/endpoints", {url: `http://127.0.0.1:${server.address().port}/`, events: ["message.delivered"]});
secret = endpoint.secret;
const message = await post("/api/messages", {to: "+15550100001", body: "Hello"});
while (![...events.values()].some(({data}) => data.id === message.id)) await once(server, "event");
console.log(`delivered to ${message.to}`);
await fetch(`${waybill}/api/endpoints/${endpoint.id}`, {method: "DELETE", headers});
process.exit();
