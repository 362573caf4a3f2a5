// The keys of other programs, and what each of them may do at most.

import {post, remove} from "../shell/api.js";
import {confirmed, openDialog} from "../shell/dialogs.js";
import {empty, field, fill, h, stackedTable} from "../shell/dom.js";
import {dateOnly, fullDate, money, plural} from "../shell/format.js";
import {roleChoice, whatItMay} from "./roles.js";

export function keyTable(keys, changed) {
    const inForce = keys.filter((key) => !key.revoked);
    if (!inForce.length) return empty("No keys", "Each program gets a key of its own, which you can revoke at any time.");
    return stackedTable(["Name", "May", "Limits", "Last used", "(Revoke)"], inForce.map((key) => [
        key.name, whatItMay(key), limitsOf(key).map((limit) => h("div", {}, limit)),
        key.lastUsedAt ? `${fullDate(key.lastUsedAt)} from ${key.lastUsedFrom}` : "Never",
        h("button", {class: "button small", type: "button", onclick: () => revoke(key, changed),
            "aria-label": `Revoke ${key.name}`}, "Revoke"),
    ]));
}

function limitsOf({requestsPerMinute, dailyBudget, senders, expiresAt}) {
    const limits = [
        dailyBudget && `${money(dailyBudget)} a day`,
        requestsPerMinute && `${plural(requestsPerMinute, "request")} a minute`,
        senders.length > 0 && `Sends only from ${senders.join(", ")}`,
        expiresAt && `${new Date(expiresAt) < new Date() ? "Expired on" : "Until"} ${dateOnly(expiresAt)}`,
    ].filter(Boolean);
    return limits.length ? limits : ["None"];
}

function revoke(key, changed) {
    return confirmed({
        title: `Revoke the key ${key.name}?`,
        content: h("p", {}, "Programs that use it are refused from now on."),
        action: "Revoke",
        danger: true,
        act: async () => {
            await remove(`/api/keys/${key.id}`);
            changed();
        },
    });
}

const limitFields = () => h("div", {class: "fields"},
    field("Spending limit a day, in USD", h("input", {name: "dailyBudget", inputmode: "decimal",
        pattern: "[0-9]+([.][0-9]{1,4})?", title: "An amount like 12.50", placeholder: "20.00"}), "Empty: no limit of its own."),
    field("Requests a minute", h("input", {name: "requestsPerMinute", type: "number", min: 1, max: 1000000, placeholder: "600"}),
        "Empty: no limit."),
    field("May send only from", h("input", {name: "senders", inputmode: "tel", autocomplete: "off", placeholder: "+1 500 555 0006"}),
        "Your numbers, with commas between them. Empty: all of them."),
    field("Valid for, in days", h("input", {name: "expiresInDays", type: "number", min: 1, max: 3650, placeholder: "365"}),
        "Empty: until you revoke it."));

// What the form says, as the API takes it: nothing for what is empty.
function wanted(form) {
    const number = (name) => form.get(name) ? Number(form.get(name)) : undefined;
    const senders = form.get("senders").split(",").map((sender) => sender.replace(/[\s().-]/g, "")).filter(Boolean);
    return {
        name: form.get("name").trim(), role: form.get("role"), dailyBudget: form.get("dailyBudget").trim() || undefined,
        requestsPerMinute: number("requestsPerMinute"), expiresInDays: number("expiresInDays"),
        senders: senders.length ? senders : undefined,
    };
}

export function addKey(added) {
    return confirmed({
        title: "Add a key",
        content: [
            field("Name", h("input", {name: "name", required: true, maxlength: 100, autocomplete: "off", placeholder: "Booking system"}),
                "What the key is for. To replace a key, add another of the same name, then revoke the old one."),
            field("Role", roleChoice()), limitFields(),
        ],
        action: "Add",
        act: async (form) => {
            const key = await post("/api/keys", wanted(form));
            added();
            const {body} = openDialog(`The key ${key.name}`);
            fill(body, h("p", {}, "Copy it now; it is not shown again."), h("code", {class: "key", tabindex: 0}, key.key),
                h("div", {class: "dialog-actions"}, copyButton(key.key)));
        },
    });
}

// Browsers let a page write to the clipboard over https and on the same computer only.
function copyButton(text) {
    if (!navigator.clipboard) return null;
    const button = h("button", {class: "button primary", type: "button", onclick: async () => {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
    }}, "Copy");
    return button;
}
