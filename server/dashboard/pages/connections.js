// For administrators: the other systems that receive updates from Waybill, and one of them with what was sent to it.

import {get, patch, post, query, remove} from "../shell/api.js";
import {confirmed, facts, toast} from "../shell/dialogs.js";
import {card, empty, field, fill, h, stackedRow, stackedTable, tableHead} from "../shell/dom.js";
import {ago, fullDate, inWords, plural} from "../shell/format.js";
import {askWhatItGets, kindInWords, whatItGets} from "./connection_form.js";
import {button, loaded, options, pagedTable, shownOnce, tried, warned} from "./parts.js";

const seconds = 5, pageSize = 20;
const path = (id, rest = "") => `/api/endpoints/${encodeURIComponent(id)}${rest}`;
const nameOf = ({description, url}) => description || new URL(url).host;

export function show(main, {signal, parameter: id, address}) {
    if (id) return showOne(main, signal, id, address);
    const list = loaded(readAll, signal, table, seconds);
    fill(main, h("div", {class: "head-line"}, h("h1", {}, "Connections"),
        h("button", {class: "button", type: "button", onclick: () => tried(add)}, "Add a connection")),
    h("p", {class: "lead"}, "Other systems, such as your booking system, can receive updates from Waybill: that a text was " +
        "delivered, that someone replied, that someone opted out."), h("section", {class: "card"}, list.element));
}

// With its last attempt, which need not be that of the newest update.
async function withLast(endpoint) {
    const {deliveries} = await get(path(endpoint.id, `/deliveries?limit=${pageSize}`));
    const attempted = deliveries.filter(({attempts}) => attempts > 0);
    attempted.sort((one, other) => other.attemptedAt.localeCompare(one.attemptedAt));
    return {...endpoint, last: attempted[0]};
}

const readAll = async () => Promise.all((await get("/api/endpoints")).endpoints.map(withLast));

function table(connections) {
    if (!connections.length) return empty("No connections yet",
        "Add one when you want another system to know what happens to your texts.");
    const list = stackedTable(["System", "State", "Receives", "Last answer"], connections.map((each) => [
        [h("a", {class: "row-name", href: `#/connections/${each.id}`}, nameOf(each)), each.description && h("div", {class: "hint"}, new URL(each.url).host)],
        chip(each), whatItGets(each), lastAnswer(each.last),
    ]));
    list.classList.add("brief");
    return list;
}

function chip({disabled, disabledReason, last}) {
    const [tone, text] = disabledReason ? ["refused", "Stopped"] : disabled ? ["paused", "Paused"]
        : !last ? ["scheduled", "Ready"] : isRefused(last) ? ["paused", "Trying again"] : ["completed", "Working"];
    return h("span", {class: `chip campaign-${tone}`}, text);
}

const isRefused = ({state, attempts}) => state === "failed" || (state === "waiting" && attempts > 0);

const answerOf = ({state, httpStatus, answer}) => state === "delivered" ? "Accepted"
    : httpStatus ? `Refused with status ${httpStatus}${answer ? `: ${answer}` : ""}` : `No answer${answer ? `: ${answer}` : ""}`;

const lastAnswer = (last) => last ? `${answerOf(last)}, ${ago(last.attemptedAt)}` : "Nothing was sent yet";

const add = () => askWhatItGets({
    title: "Add a connection",
    action: "Add",
    was: {url: "", description: "", events: [], campaignId: "", createdBy: ""},
    save: async (wanted) => {
        const made = await post("/api/endpoints", wanted);
        showSecret(nameOf(made), made.secret, () => { location.hash = `#/connections/${made.id}`; });
    },
});

const showSecret = (name, secret, onclose) => shownOnce(`The secret of ${name}`,
    "Enter it in the other system, which uses it to check that an update really comes from Waybill.", secret, onclose);

function showOne(main, signal, id, address) {
    const head = loaded(async () => withLast(await get(path(id))), signal, header, seconds);
    const state = h("select", {"aria-label": "State"}, options(
        {"": "All", delivered: "Accepted", waiting: "Waiting", failed: "Failed"}, address.get("state")));
    const {content, load} = pagedTable(h("table", {class: "stacked brief"}, tableHead(...columns)), signal, {
        read: async (cursor) => {
            const {deliveries: rows, nextCursor} = await get(query(path(id, "/deliveries"), {state: state.value, limit: pageSize, cursor}));
            return {rows, nextCursor};
        },
        row: (each) => deliveryRow(each, () => tried(() => again(id, {eventIds: [each.eventId]}, load))),
        nothing: () => h("p", {class: "nothing"}, state.value ? "None is in this state." : "Nothing was sent yet: the next update appears here."),
        seconds,
    });
    state.addEventListener("change", () => {
        address.set({state: state.value});
        load();
    });
    fill(main, h("a", {class: "back", href: "#/connections"}, "All connections"), head.element,
        h("section", {class: "card"}, h("div", {class: "card-head"}, h("h2", {}, "What was sent"),
            h("div", {class: "filters"}, state, button("Send again…", () => askAgain(id, load), "Send updates from a period again", ""))), content));
}

function header(each, reload) {
    const {id, disabled, disabledReason, waitingDeliveries, oldSecretUntil} = each;
    const name = nameOf(each);
    const change = async (wanted, done) => {
        await patch(path(id), wanted);
        toast(done);
        reload();
    };
    const pause = (paused, done) => () => tried(() => change({disabled: paused}, done));
    const action = (text, act, className = "button") => h("button", {class: className, type: "button", onclick: act}, text);
    return [
        h("header", {class: "page-head"}, h("div", {class: "head-line"},
            h("div", {class: "head-name"}, h("h1", {dir: "auto"}, name), chip(each)),
            h("div", {class: "actions"},
                disabled ? action("Resume", pause(false, "Resumed: what waited is sent now."), "button primary")
                    : action("Pause", pause(true, "Paused: updates wait until you resume it.")),
                action("Send a test", () => test(id, name)),
                action("Change", () => tried(() => askWhatItGets({
                    title: `What ${name} receives`, action: "Save", was: each, save: (wanted) => change(wanted, "Saved.")}))),
                action("Replace the secret", () => replaceSecret(id, name, reload)),
                action("Remove", () => warned(`Remove ${name}?`, "It receives nothing from now on, and what was sent is forgotten.", "Remove",
                    () => remove(path(id)), () => { location.hash = "#/connections"; }), "button quiet-danger"))),
        disabledReason && h("div", {class: "notice bad"}, `${disabledReason.replace(/^An event/, "An update").replace(/[^.!?]$/, "$&.")} ` +
            "Waybill has stopped trying. Have the other system fixed, then press Resume: what waited is sent then.")),
        card("Details", facts([
            ["Address", each.url], ["Receives", whatItGets(each)], ["Last answer", lastAnswer(each.last)],
            waitingDeliveries > 0 && ["Waiting", plural(waitingDeliveries, "update")],
            oldSecretUntil && new Date(oldSecretUntil) > new Date() && ["Secret", `The old one works as well until ${fullDate(oldSecretUntil)}`],
        ])),
    ];
}

const test = (id, name) => tried(async () => {
    const {delivered, httpStatus, answer, milliseconds} = await post(path(id, "/test"));
    if (delivered) toast(`${name} accepted the test within ${milliseconds} ms.`);
    else toast(`${name} did not accept the test. ${answerOf({httpStatus, answer})}`, "bad");
});

const replaceSecret = (id, name, changed) => confirmed({
    title: `A new secret for ${name}`,
    content: field("The old secret", h("select", {name: "overlapHours"}, options(
        {0: "Stops working immediately", 24: "Works for another day", 168: "Works for another week"}, "24")),
    "Enter the new one in the other system meanwhile."),
    action: "Replace the secret",
    act: async (form) => {
        const {secret} = await post(path(id, "/rotate-secret"), {overlapHours: Number(form.get("overlapHours"))});
        changed();
        showSecret(name, secret);
    },
});

const columns = ["Update", "State", "Answer", "When", "(Send again)"];

function deliveryRow({type, state, occurredAt, attempts, nextAttemptAt, milliseconds, ...answer}, replay) {
    const tone = {delivered: "completed", waiting: "paused", failed: "refused"}[state];
    const next = state === "waiting" && nextAttemptAt && attempts > 0 && `Next attempt ${inWords(nextAttemptAt)}`;
    return stackedRow(columns, [
        kindInWords(type), h("span", {class: `chip campaign-${tone}`}, {delivered: "Accepted", waiting: "Waiting", failed: "Failed"}[state]),
        [attempts === 0 ? "Not yet" : state === "delivered" ? `Within ${Math.max(1, milliseconds)} ms` : answerOf({state, ...answer}),
            attempts > 1 && h("div", {class: "hint"}, `${attempts} attempts`), next && h("div", {class: "hint"}, next)],
        fullDate(occurredAt), state !== "waiting" && button("Send again", replay, `Send again: ${kindInWords(type)}, ${fullDate(occurredAt)}`, "small quiet"),
    ]);
}

async function again(id, which, changed) {
    const {replayed} = await post(path(id, "/replay"), which);
    toast(replayed ? `${plural(replayed, "update")} will be sent again.` : "There is nothing to send again.");
    changed();
}

const askAgain = (id, changed) => confirmed({
    title: "Send updates from a period again",
    content: h("div", {class: "fields"}, ["From", "Until"].map((label) =>
        field(label, h("input", {name: label === "From" ? "from" : "to", type: "datetime-local", required: true})))),
    action: "Send again",
    act: (form) => {
        const [from, to] = ["from", "to"].map((name) => new Date(form.get(name)).toISOString());
        return again(id, {from, to}, changed);
    },
});
