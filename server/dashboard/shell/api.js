// Speaks to Waybill's API. Every failure is an ApiError whose message is a sentence for people.

export class ApiError extends Error {
    constructor(status, message, body = {}) {
        super(message);
        this.status = status; // 0: no answer at all
        this.body = body;
    }
}

// Says "away" when Waybill or its database does not answer, "back" when both do again.
export const connection = new EventTarget();
const awayParts = new Map(); // "server", "database": what is said of it

export const isAway = () => awayParts.size > 0;

export function noteConnection(part, isPartAway, sentence) {
    const was = isAway();
    if (isPartAway) awayParts.set(part, sentence);
    else awayParts.delete(part);
    if (was === isAway()) return;
    connection.dispatchEvent(new CustomEvent(isAway() ? "away" : "back", {detail: sentence}));
}

const noAnswer = "Waybill does not answer. Check that it is running; this page continues automatically when it is back.";

function sentenceOf(status, body) {
    if (typeof body.error === "string") return body.error;
    return `Waybill answered with status ${status}; try again, and check its log if this persists.`;
}

// Says "ended" when a request is refused because the session is over, "refused" when one may not do what one asks for.
export const session = new EventTarget();

function judge(status, body) {
    const sentence = status === 0 ? noAnswer : sentenceOf(status, body);
    noteConnection("server", status === 0 || status >= 502, sentence);
    if (status === 401 || (status === 403 && body.error === "Not authenticated")) session.dispatchEvent(new Event("ended"));
    if (status === 403 && body.code === "missing_permission") session.dispatchEvent(new Event("refused"));
    if (status < 200 || status > 299) throw new ApiError(status, sentence, body);
    return body;
}

function parsed(text) {
    try {
        return JSON.parse(text) ?? {};
    } catch {
        return {};
    }
}

async function ask(method, path, content) {
    const options = {method, headers: {Accept: "application/json"}, signal: AbortSignal.timeout(30000)};
    if (content !== undefined) {
        options.headers["Content-Type"] = "application/json";
        options.body = JSON.stringify(content);
    }
    let reply, text;
    try {
        reply = await fetch(path, options);
        text = await reply.text();
    } catch {
        return judge(0, {});
    }
    return judge(reply.status, parsed(text));
}

export const get = (path) => ask("GET", path);
export const post = (path, content) => ask("POST", path, content);
export const patch = (path, content) => ask("PATCH", path, content);
export const put = (path, content) => ask("PUT", path, content);
export const remove = (path) => ask("DELETE", path);

// `path` with the non-empty ones of `values` as its query.
export function query(path, values) {
    const given = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
    return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

export const campaignPath = (id, rest = "") => `/api/campaigns/${encodeURIComponent(id)}${rest}`;

// Sends a form with its file; `progress` receives the share that has left, 0 to 1. `signal` aborts it.
export function upload(path, form, {headers = {}, progress = () => {}, signal} = {}) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", path);
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        request.upload.addEventListener("progress", (event) => {
            if (event.lengthComputable) progress(event.loaded / event.total);
        });
        request.addEventListener("loadend", () => {
            if (signal?.aborted) return reject(signal.reason);
            try {
                resolve(judge(request.status, parsed(request.responseText)));
            } catch (error) {
                reject(error);
            }
        });
        signal?.addEventListener("abort", () => request.abort());
        request.send(form);
    });
}

// Sends a form and saves what comes back as a file.
export async function download(path, form, name) {
    const reply = await fetch(path, {method: "POST", body: form});
    if (!reply.ok) return judge(reply.status, parsed(await reply.text()));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
