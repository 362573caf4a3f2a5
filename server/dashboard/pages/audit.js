// For administrators: who changed what, who saw whom, who was refused.

import {get, query} from "../shell/api.js";
import {card, empty, fill, h, settled, stackedRow, tableHead} from "../shell/dom.js";
import {fullDate, plural} from "../shell/format.js";
import {pagedTable} from "./parts.js";

const pageSize = 50;
const columns = ["When", "Who", "What", "Changed", "Request"];

export function show(main, {signal, address}) {
    const search = h("input", {type: "search", placeholder: "user:ana@example.com", "aria-label": "Only of this user or key",
        value: address.get("principal")});
    const table = h("table", {class: "stacked audit"}, tableHead(...columns));
    const {content, load} = pagedTable(table, signal, {
        read: async (cursor) => {
            const {entries: rows, nextCursor} = await get(query("/api/audit", {principal: search.value.trim(), limit: pageSize, cursor}));
            return {rows, nextCursor};
        },
        row: auditRow,
        nothing: () => empty("Nothing was recorded", "Changes, sign-ins, refusals and exports appear here."),
    });
    search.addEventListener("input", settled(() => {
        address.set({principal: search.value.trim()});
        load();
    }, 300));
    fill(main, h("h1", {}, "Audit log"),
        card("Who changed or saw what", h("div", {class: "filters"}, search), content));
}

function auditRow({at, principal, peer, action, object, changed, count, requestId}) {
    const times = count > 1 ? ` (${count} times)` : "";
    return stackedRow(columns, [
        fullDate(at), [principal || "Not signed in", peer && h("div", {class: "hint peer"}, peer)], `${action} ${object}${times}`,
        folded(changesOf(changed)), h("span", {class: "hint request"}, requestId),
    ]);
}

const text = (value) => value === null ? "–" : String(typeof value === "object" ? JSON.stringify(value) : value);

const shownChanges = 3;

// Many changes open with a click.
function folded(changes) {
    if (changes.length <= shownChanges) return changes;
    return h("details", {}, h("summary", {}, plural(changes.length, "change")), changes);
}

function changesOf(changed) {
    return Object.entries(changed).flatMap(([row, columns]) => typeof columns === "object"
        ? Object.entries(columns).map(([column, [before, after]]) =>
            h("div", {}, `${row} ${column}: ${text(before)} → ${text(after)}`))
        : h("div", {}, `${row}: ${columns > 0 ? "+" : ""}${columns}`));
}
