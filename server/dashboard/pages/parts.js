// What the pages of settings consist of: lists that load, tables that are read page by page, small buttons, choices, and a
// secret that is shown once.

import {confirmed, openDialog, toast} from "../shell/dialogs.js";
import {fill, h, problem} from "../shell/dom.js";
import {repeat} from "../shell/live.js";

// A place for what `render` makes of what `read` gives; `load` reads it again. With `seconds` it is read again and again, and
// drawn when something has changed, so that a button keeps its focus.
export function loaded(read, signal, render, seconds) {
    const element = h("div");
    const load = async () => {
        try {
            const body = await read();
            if (signal.aborted) return;
            const fresh = fill(h("div"), render(body, load));
            if (!seconds || !fresh.isEqualNode(element)) fill(element, ...fresh.childNodes);
        } catch (error) {
            if (!signal.aborted) fill(element, problem(error, load));
        }
    };
    if (seconds) repeat(load, seconds, signal);
    else load();
    return {element, load};
}

// `read(cursor)` gives {rows, nextCursor}, `row` an element for each; `nothing` is shown when there are none. With `seconds`
// the first page is read again and again for as long as no other one is shown.
export function pagedTable(table, signal, {read, row, nothing, seconds}) {
    const rows = h("tbody"), notice = h("div", {role: "status"});
    const more = h("button", {class: "button", type: "button", hidden: true, onclick: () => load(cursor)}, "Show more");
    let cursor = null, asked = 0, hasMore = false;
    const load = async (from = null) => {
        const turn = ++asked;
        try {
            const page = await read(from);
            if (signal.aborted || turn !== asked) return;
            const shown = page.rows.map(row);
            hasMore = from !== null;
            if (hasMore) rows.append(...shown);
            else if (!fill(h("tbody"), shown).isEqualNode(rows)) fill(rows, shown);
            cursor = page.nextCursor;
            table.hidden = !rows.firstChild;
            more.hidden = cursor === null;
            fill(notice, table.hidden && nothing());
        } catch (error) {
            if (!signal.aborted && turn === asked) fill(notice, problem(error, () => load(from)));
        }
    };
    table.hidden = true;
    table.append(rows);
    if (seconds) repeat(() => hasMore || load(), seconds, signal);
    else load();
    return {content: [table, notice, h("p", {class: "more"}, more)], load};
}

export const button = (text, onclick, label, kind = "small") =>
    h("button", {class: `button ${kind}`, type: "button", onclick, "aria-label": label}, text);

export const options = (texts, chosen) => Object.entries(texts).map(([value, text]) =>
    h("option", {value, selected: value === chosen}, text));

// Says what went wrong; true when nothing did.
export async function tried(work) {
    try {
        await work();
        return true;
    } catch (error) {
        toast(error.message, "bad");
        return false;
    }
}

// A question whose answer cannot be taken back; `changed` is called when it is done.
export const warned = (title, text, action, act, changed) => confirmed({
    title, content: h("p", {}, text), action, danger: true, act: async () => {
        await act();
        changed();
    }});

export function shownOnce(title, text, secret, onclose) {
    const {body} = openDialog(title, {onclose});
    fill(body, h("p", {}, `${text} Copy it now; it is not shown again.`), h("code", {class: "key", tabindex: 0}, secret),
        h("div", {class: "dialog-actions"}, copyButton(secret)));
}

// Browsers let a page write to the clipboard over https and on the same computer only.
function copyButton(text) {
    if (!navigator.clipboard) return null;
    const copy = h("button", {class: "button primary", type: "button", onclick: async () => {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
    }}, "Copy");
    return copy;
}
