// What no HTTP client sends: malformed and unfinished requests, and crowds of them.

import {connect} from "node:net";
import {operationsOf} from "./contract.mjs";

const beginnings = {
    "application/json": ["application/json", "{"],
    "multipart/form-data": ["multipart/form-data; boundary=x", "--x\r\n"],
    "application/x-www-form-urlencoded": ["application/x-www-form-urlencoded", "a="],
};

const targetOf = (path) => path.replace(/{\w+}/g, "1");

function headOf(route, path, headers) {
    return [`${route.split(" ")[0]} ${targetOf(path)} HTTP/1.1`, ...headers, "", ""].join("\r\n");
}

// Sends that text and waits for the reply: {status, type, body}.
function converse(origin, text) {
    return new Promise((resolve, reject) => {
        let reply = "";
        const socket = connect(new URL(origin).port, "127.0.0.1", () => socket.write(text));
        socket.setTimeout(90000, () => socket.destroy(new Error("no reply")));
        socket.on("error", reject).setEncoding("utf8").on("data", (piece) => {
            reply += piece;
            const [head, body] = reply.split("\r\n\r\n");
            const size = /content-length: (\d+)/i.exec(head)?.[1];
            if (body === undefined || body.length < size) return;
            socket.destroy();
            resolve({status: Number(head.split(" ")[1]), type: /content-type: (.*)/i.exec(head)?.[1].trim(), body,
                violations: null});
        });
        socket.on("end", () => reject(new Error(`the reply ends after ${reply}`)));
    });
}

async function judged(contract, row, text) {
    await converse(contract.servers.main, text).then((reply) => contract.judge(row, reply),
        (error) => contract.faults.push(`${row.route} ${row.status}: ${error.stack}`));
}

// Without Host, HTTP/1.1 is none.
export async function malformedRequests(contract) {
    for (const {route, path, operation} of operationsOf(contract.document))
        if (operation.responses[400])
            await judged(contract, {route, status: 400, code: "bad_request", direct: "malformed HTTP"}, headOf(route, path, []));
}

// The body of each begins and does not continue; Waybill waits for half a minute.
export function unfinishedRequests(contract) {
    return Promise.all(operationsOf(contract.document).filter(({operation}) => operation.responses[408])
        .map(({route, path, operation}) => {
            const [type, beginning] = beginnings[Object.keys(operation.requestBody.content)[0]];
            const head = headOf(route, path, ["Host: 127.0.0.1", `Authorization: Bearer ${contract.tokens.admin}`,
                `Content-Type: ${type}`, "Content-Length: 100"]);
            return judged(contract, {route, status: 408, code: "request_timeout", direct: "unfinished request"}, head + beginning);
        }));
}

// So many requests under way, of one address or of many; returns how to end them.
export async function crowd(origin, count, addressOf) {
    const sockets = [];
    const enter = (number) => new Promise((resolve, reject) => {
        const socket = connect(new URL(origin).port, "127.0.0.1").on("error", reject);
        sockets.push(socket);
        socket.write(`POST /api/auth/logout HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: ${addressOf(number)}\r\n` +
            "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", () => {});
        socket.once("data", resolve); // 100 Continue: it is under way
    });
    for (let number = 0; number < count; number += 250)
        await Promise.all(Array.from({length: Math.min(250, count - number)}, (_, index) => enter(number + index)));
    return () => sockets.forEach((socket) => socket.destroy());
}
