// The programs that the suite calls: Waybill in several states, a simulated Twilio, prism in front of them, and a relay between.

import {spawn} from "node:child_process";
import {once} from "node:events";
import {createServer, request as ask} from "node:http";

export const account = "AC00000000000000000000000000000001", token = "secret", sender = "+15005550006";
export const maxHeaderSize = 64 * 1024; // more than Waybill accepts
const children = [];
process.on("exit", () => children.forEach((child) => child.kill()));

export async function freePort() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const {port} = server.address();
    server.close();
    await once(server, "close");
    return port;
}

// Starts the program and waits until it answers at that path; returns its origin.
export async function started(command, args, settings, port, path) {
    const child = spawn(command, args, {stdio: "ignore", env: {...process.env, ...settings}});
    children.push(child);
    const origin = `http://127.0.0.1:${port}`;
    for (const deadline = Date.now() + 60000; Date.now() < deadline && child.exitCode === null;) {
        const reply = await fetch(origin + path).catch(() => null);
        if (reply?.status === 200) return origin;
        await new Promise((later) => setTimeout(later, 100));
    }
    throw new Error(`${command} ${args.join(" ")} does not answer`);
}

export async function startWaybill(program, databaseUrl, name, settings = {}) {
    const PORT = await freePort();
    return started(program, ["serve"], {DATABASE_URL: databaseUrl, PORT, JOURNAL_DIR: `journal-${name}`, ...settings}, PORT, "/readyz");
}

export async function startSimulator(program) {
    const port = await freePort();
    return started(program, ["simulator", "--port", port, "--account-sid", account, "--auth-token", token], {}, port,
        "/simulator/counters");
}

// Prism validates what passes it and counts violations in a header of the reply.
export async function startPrism(packages, document, upstream) {
    const port = await freePort();
    const prism = new URL("node_modules/@stoplight/prism-cli/dist/index.js", packages).pathname;
    return started(process.execPath, [`--max-http-header-size=${maxHeaderSize}`, prism, "proxy", document, upstream,
        "--port", String(port), "--verboseLevel", "error"], {}, port, "/healthz");
}

// Passes requests on to the server that x-contract-server names, under the name of x-contract-host.
export async function startRelay(servers) {
    const relay = createServer({maxHeaderSize}, (request, response) => {
        const {"x-contract-server": name = "main", "x-contract-host": host, ...headers} = request.headers;
        const {port} = new URL(servers[name]);
        const onward = ask({port, host: "127.0.0.1", method: request.method, path: request.url, maxHeaderSize,
            headers: {...headers, host: host ?? `127.0.0.1:${port}`}});
        onward.on("response", (reply) => {
            response.writeHead(reply.statusCode, reply.headers);
            reply.pipe(response, {end: false});
            reply.on("end", () => { // Prism must have sent its whole body before the connection ends
                request.unpipe(onward);
                if (request.complete) return response.end();
                request.on("end", () => response.end()).resume();
            });
        });
        onward.on("error", (error) => { // after a reply: to a body that Waybill did not want
            if (!response.headersSent) response.writeHead(502).end(String(error));
            request.resume();
        });
        request.pipe(onward);
    }).listen(0, "127.0.0.1");
    await once(relay, "listening");
    return relay;
}

export async function stopAll() {
    for (const child of children.filter(({exitCode, signalCode}) => exitCode === null && signalCode === null)) {
        child.kill("SIGKILL");
        await once(child, "exit");
    }
}
