// For administrators: who changed what, who saw whom, who was refused.

import {get, query} from "../shell/api.js";
import {card, empty, fill, h, problem, settled, stackedRow, tableHead} from "../shell/dom.js";
import {fullDate, plural} from "../shell/format.js";

const pageSize = 50;
const columns = ["When", "Who", "What", "Changed", "Request"];

export function show(main, {signal, address}) {
    const search = h("input", {type: "search", placeholder: "user:ana@example.com", "aria-label": "Only of this user or key",
        value: address.get("principal")});
    const rows = h("tbody");
    const table = h("table", {class: "stacked audit", hidden: true}, tableHead(...columns), rows);
    const notice = h("div", {role: "status"});
    const more = h("button", {class: "button", type: "button", hidden: true, onclick: () => load(cursor)}, "Show more");
    let cursor = null, asked = 0;

    const load = async (from) => {
        const turn = ++asked;
        try {
            const page = await get(query("/api/audit", {principal: search.value.trim(), limit: pageSize, cursor: from}));
            if (signal.aborted || turn !== asked) return;
            const shown = page.entries.map(auditRow);
            if (from) rows.append(...shown);
            else fill(rows, shown);
            cursor = page.nextCursor;
            table.hidden = rows.children.length === 0;
            more.hidden = cursor === null;
            fill(notice, table.hidden && empty("Nothing was recorded", "Changes, sign-ins, refusals and exports appear here."));
        } catch (error) {
            if (!signal.aborted && turn === asked) fill(notice, problem(error, () => load(from)));
        }
    };
    search.addEventListener("input", settled(() => {
        address.set({principal: search.value.trim()});
        load(null);
    }, 300));
    fill(main, h("h1", {}, "Audit log"),
        card("Who changed or saw what", h("div", {class: "filters"}, search), table, notice, h("p", {class: "more"}, more)));
    load(null);
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
