// Calls the API through prism, judges each reply, and knows which routes and statuses of the document have been exercised.

import {request as ask} from "node:http";
import {Ajv2020} from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

// What prism does not see, each by the name that its requests give. These go to Waybill directly, and their replies are
// judged by the schemas of the document alone.
export const notThroughPrism = {
    stream: "prism passes a reply on when it is complete, and a stream never is",
    "malformed HTTP": "a proxy answers what is no HTTP, and passes nothing on",
    "malformed JSON": "prism reads JSON bodies before it passes them on",
    "unfinished request": "prism passes a request on when it is complete, and this one never is",
};

// Not by fetch(): that of Node 18 takes a 421 for a reason to ask again.
async function exchange(url, {method, headers, body}, isStream) {
    const encoded = new Response(body);
    const type = encoded.headers.get("content-type");
    const bytes = Buffer.from(await encoded.arrayBuffer());
    const reply = await new Promise((resolve, reject) => ask(url, {method, agent: false, headers: {
        ...(body && {"content-type": type, "content-length": bytes.length}), ...headers}}, resolve).on("error", reject).end(bytes));
    const seen = {status: reply.statusCode, type: reply.headers["content-type"], violations: reply.headers["sl-violations"], body: ""};
    if (isStream) reply.destroy();
    else for await (const piece of reply.setEncoding("utf8")) seen.body += piece;
    return seen;
}

export class Contract {
    constructor(document, prismUrl, servers, tokens) {
        Object.assign(this, {document, prismUrl, servers, tokens});
        this.known = {}; // what replies have said, for later requests
        this.exercised = new Set();
        this.codes = new Set();
        this.faults = [];
        this.ajv = new Ajv2020({strict: false, allErrors: true});
        addFormats.default(this.ajv);
        this.ajv.addSchema({$id: "waybill", ...document});
    }

    // {route, status, code?, server?, as?, path?, query?, headers?, json? | form? | text?, direct?, keep?}
    async call(row) {
        const {status, direct, code} = row;
        try {
            // A minute may have gone by since the last one: this takes the one request that the key has in a minute.
            if (row.as === "hasty") await this.send({route: "GET /api/auth/me", as: "hasty", direct: true});
            const reply = await this.send(row);
            this.judge(row, reply);
            if (reply.status === status && row.keep) this.keep(row.keep, JSON.parse(reply.body));
        } catch (error) {
            this.faults.push(`${row.route} ${status} ${code ?? ""}: ${error.stack} ${error.cause ?? ""}`);
        }
    }

    send({route, server = "main", as = "admin", path = {}, query, headers = {}, json, form, text, direct}) {
        const [method, template] = route.split(" ");
        const filled = template.replace(/{(\w+)}/g, (_, name) => encodeURIComponent(this.filled(path[name] ?? `no-${name}`)));
        const url = new URL((direct ? this.servers[server] : this.prismUrl) + filled);
        for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, this.filled(value));
        const options = {method, headers: {"x-contract-server": server, ...headers}};
        if (as) options.headers.authorization = `Bearer ${this.tokens[as] ?? this.filled(as)}`;
        if (json !== undefined) {
            options.body = JSON.stringify(json, (_, value) => this.filled(value));
            options.headers["content-type"] ??= "application/json";
        } else if (form || text !== undefined) {
            options.body = text ?? form;
        }
        return exchange(url, options, direct === "stream");
    }

    // "$name" stands for what was kept under that name.
    filled(value) {
        return typeof value === "string" && value.startsWith("$") ? this.known[value.slice(1)] : value;
    }

    keep(names, body) {
        for (const [name, place] of Object.entries(names))
            this.known[name] = place.split(".").reduce((value, key) => value[key], body);
    }

    judge({route, status, code, direct}, reply) {
        const seen = reply.status >= 400 && reply.type === "application/json" && reply.body ? JSON.parse(reply.body).code : undefined;
        const at = `${route} ${status} ${code ?? ""}`;
        if (reply.status !== status || (code && seen !== code)) {
            this.faults.push(`${at}: the reply was ${reply.status} ${seen ?? ""} ${reply.body.slice(0, 300)}`);
            return;
        }
        this.exercised.add(`${route} ${status}`);
        if (seen) this.codes.add(seen);
        if (direct) {
            if (!(direct in notThroughPrism)) throw new Error(`${direct} is no reason to leave prism out`);
            this.faults.push(...this.faultsOfReply(route, reply).map((fault) => `${at}: ${fault}`));
            return;
        }
        // A refused request may well violate the document.
        const violations = JSON.parse(reply.violations ?? "[]")
            .filter(({location: [where]}) => where === "response" || status < 400);
        for (const {location, message} of violations) this.faults.push(`${at}: prism: ${location.join(".")} ${message}`);
    }

    faultsOfReply(route, {status, type, body}) {
        const [method, path] = route.split(" ");
        const pointer = ["paths", path, method.toLowerCase(), "responses", String(status)];
        const documented = pointer.reduce((value, key) => value?.[key], this.document);
        if (!documented) return ["the status is not documented"];
        if (!documented.content?.[type]) return documented.content ? [`${type} is not documented`] : [];
        if (type !== "application/json") return [];
        const parts = [...pointer, "content", type, "schema"];
        const validate = this.ajv.compile({$ref: "waybill#/" + parts
            .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")});
        return validate(JSON.parse(body)) ? [] : [this.ajv.errorsText(validate.errors)];
    }

    // Routes with statuses of the document that no request has brought about, and codes likewise.
    missing() {
        const missing = [];
        for (const {route, operation} of operationsOf(this.document))
            for (const status of Object.keys(operation.responses))
                if (!this.exercised.has(`${route} ${status}`)) missing.push(`${route} ${status}`);
        for (const code of Object.keys(this.document.components.examples))
            if (!this.codes.has(code)) missing.push(`the code ${code}`);
        return missing;
    }
}

export function operationsOf(document) {
    return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods)
        .map(([method, operation]) => ({route: `${method.toUpperCase()} ${path}`, path, operation})));
}
