// Elements without HTML: every text becomes a text node, so that what customers write can never become markup.

import {connection} from "./api.js";

// h("a", {class: "x", href: "#/", onclick: go}, "text", child, [more])
export function h(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (name === "class") element.className = value;
        else if (name === "value") element.value = value;
        else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...present(children));
    return element;
}

export function fill(element, ...children) {
    element.replaceChildren(...present(children));
    return element;
}

const present = (children) =>
    children.flat(2).filter((child) => child !== undefined && child !== null && child !== false);

// A style sheet that not every page needs; it is in force when the promise is kept.
export function styleSheet(href, media = "all") {
    if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
    return new Promise((resolve, reject) => {
        const link = h("link", {rel: "stylesheet", href, media, onload: resolve, onerror: () => {
            link.remove();
            reject(new Error(`${href} could not be loaded.`));
        }});
        document.head.append(link);
    });
}

// Writes only what has changed, so that selections and screen readers are not disturbed.
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

// Keeps one child for each item, in the order of the items; a child that stays keeps its focus.
// `make(item)` gives {element, show(item)}.
export function keyedList(container, key, make) {
    const kept = new Map();
    return (items) => {
        const keys = new Set(items.map(key));
        for (const [name, entry] of kept) {
            if (keys.has(name)) continue;
            entry.element.remove();
            kept.delete(name);
        }
        items.forEach((item, index) => {
            if (!kept.has(key(item))) kept.set(key(item), make(item));
            const entry = kept.get(key(item));
            entry.show(item);
            if (container.children[index] !== entry.element)
                container.insertBefore(entry.element, container.children[index] ?? null);
        });
    };
}

export function card(title, ...children) {
    return h("section", {class: "card"}, h("h2", {}, title), children);
}

// The head of a table: a text for each column; "#…" is one of figures, "(…)" is for screen readers alone.
export function tableHead(...columns) {
    const cell = (text) => {
        if (text.startsWith("(")) return h("th", {scope: "col"}, h("span", {class: "unseen"}, text.slice(1, -1)));
        if (text.startsWith("#")) return h("th", {scope: "col", class: "number"}, text.slice(1));
        return h("th", {scope: "col"}, text);
    };
    return h("thead", {}, h("tr", {}, columns.map(cell)));
}

// A row of a table of the class "stacked", which becomes a block on a phone: there each cell says what it is.
export function stackedRow(columns, cells) {
    return h("tr", {}, cells.map((cell, index) => {
        const column = columns[index], isFigure = column.startsWith("#"), isUnnamed = column.startsWith("(");
        return h("td", {"data-label": isUnnamed ? undefined : column.replace(/^#/, ""), dir: "auto",
            class: isFigure || isUnnamed ? "number" : undefined}, cell);
    }));
}

// A message as it looks on a phone; `content` is the text, or its marked characters.
export const bubble = (content) => h("div", {class: "bubble", dir: "auto"}, content);

export const stackedTable = (columns, rows) => h("table", {class: "stacked"}, tableHead(...columns),
    h("tbody", {}, rows.map((cells) => stackedRow(columns, cells))));

export function empty(title, advice, action) {
    return h("div", {class: "empty"}, h("p", {class: "empty-title"}, title), h("p", {}, advice), action);
}

export const noPermission = () => h("div", {class: "no-permission", role: "status"},
    empty("Your account may not see this", "Ask an administrator if you need it.",
        h("a", {class: "button", href: "#/"}, "All campaigns")));

// What went wrong, in the server's words, and a way on, which is also taken when the connection is back.
export function problem(error, retry) {
    if (error.status === 403) return noPermission();
    const element = h("div", {class: "problem", role: "alert"}, h("p", {}, error.message),
        retry && h("button", {class: "button", type: "button", onclick: () => retry()}, "Try again"));
    if (retry) connection.addEventListener("back", () => element.isConnected && retry(), {once: true});
    return element;
}

// A label, a control and a hint, tied together; `name` is also the field's name in the API.
export function field(label, control, hint) {
    control.id = `field-${control.name}`;
    const note = h("p", {class: "hint", id: `${control.id}-hint`}, hint ?? "");
    control.setAttribute("aria-describedby", note.id);
    return h("div", {class: "field"}, h("label", {for: control.id}, label), control, note);
}

export function clearFaults(form) {
    for (const note of form.querySelectorAll(".field-fault")) note.remove();
    for (const control of form.querySelectorAll(".faulty")) control.classList.remove("faulty");
}

// What the server says of single fields, beside them; true when that is all it says.
export function showFaults(form, error) {
    const faults = Array.isArray(error.body?.detail) ? error.body.detail : [];
    const fields = faults.map(({loc}) => form.elements[loc?.at(-1)]?.closest?.(".field"));
    fields.forEach((place, index) => {
        if (!place) return;
        place.querySelector("input, select, textarea").classList.add("faulty");
        const {msg} = faults[index];
        place.append(h("p", {class: "fault field-fault", role: "alert"}, msg.charAt(0).toUpperCase() + msg.slice(1)));
    });
    fields.find(Boolean)?.querySelector("input, select, textarea").focus();
    return faults.length > 0 && fields.every(Boolean);
}

// Calls `work` when no call has come for `milliseconds`.
export function settled(work, milliseconds) {
    let timer;
    return (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => work(...values), milliseconds);
    };
}
