// What users and the keys of other programs may do, and what each key may do at most.

import {patch, post, remove} from "../shell/api.js";
import {confirmed, toast} from "../shell/dialogs.js";
import {empty, field, h, stackedTable} from "../shell/dom.js";
import {dateOnly, fullDate, money, plural} from "../shell/format.js";
import {button, options, shownOnce, warned} from "./parts.js";

export const roleNames = {viewer: "Viewer", marketer: "Marketer", operator: "Operator", admin: "Administrator"};

const roles = {
    viewer: "Viewer: sees figures, but no names, numbers and texts",
    marketer: "Marketer: also creates campaigns and sends",
    operator: "Operator: also pauses and cancels every campaign",
    admin: "Administrator: everything, users and keys too",
};

export const roleChoice = (role) => h("select", {name: "role"}, options(roles, role));

export function keyTable(keys, changed) {
    const inForce = keys.filter((key) => !key.revoked);
    if (!inForce.length) return empty("No keys", "Each program gets a key of its own, which you can revoke at any time.");
    return stackedTable(["Name", "May", "Limits", "Last used", "(Actions)"], inForce.map((key) => [
        key.name, key.role ? roleNames[key.role] ?? key.role : key.permissions.join(", "),
        limitsOf(key).map((limit) => h("div", {}, limit)),
        key.lastUsedAt ? `${fullDate(key.lastUsedAt)} from ${key.lastUsedFrom}` : "Never",
        h("span", {class: "actions"}, button("Change", () => changeKey(key, changed), `Change ${key.name}`),
            button("Revoke", () => warned(`Revoke the key ${key.name}?`, "Programs that use it are refused from now on.", "Revoke",
                () => remove(`/api/keys/${key.id}`), changed), `Revoke ${key.name}`)),
    ]));
}

const untilWhen = (time) => `${new Date(time) < new Date() ? "expired on" : "until"} ${dateOnly(time)}`;

function limitsOf({requestsPerMinute, dailyBudget, senders, expiresAt}) {
    const limits = [
        dailyBudget && `${money(dailyBudget)} a day`,
        requestsPerMinute && `${plural(requestsPerMinute, "request")} a minute`,
        senders.length > 0 && `Sends only from ${senders.join(", ")}`,
        expiresAt && untilWhen(expiresAt).replace(/^./, (first) => first.toUpperCase()),
    ].filter(Boolean);
    return limits.length ? limits : ["None"];
}

const limitFields = ({dailyBudget, requestsPerMinute, senders, expiresAt} = {}) => h("div", {class: "fields"},
    field("Spending limit a day, in USD", h("input", {name: "dailyBudget", inputmode: "decimal", value: dailyBudget?.replace(/00$/, ""),
        pattern: "[0-9]+([.][0-9]{1,4})?", title: "An amount like 12.50", placeholder: "20.00"}), "Empty: no limit of its own."),
    field("Requests a minute", h("input", {name: "requestsPerMinute", type: "number", min: 1, max: 1000000, placeholder: "600",
        value: requestsPerMinute}), "Empty: no limit."),
    field("May send only from", h("input", {name: "senders", inputmode: "tel", autocomplete: "off", placeholder: "+1 500 555 0006",
        value: senders?.join(", ")}), "Your numbers, with commas between them. Empty: all of them."),
    field("Valid for, in days", h("input", {name: "expiresInDays", type: "number", min: expiresAt ? 0 : 1, max: 3650, placeholder: "365"}),
        expiresAt ? `From today on. Empty: as it is, ${untilWhen(expiresAt)}; 0: until you revoke it.` : "Empty: until you revoke it."));

// What the form says, as the API reads it; null: nothing, or 0.
function wanted(form) {
    const number = (name) => Number(form.get(name)) || null;
    return {
        role: form.get("role"), dailyBudget: form.get("dailyBudget").trim() || null,
        requestsPerMinute: number("requestsPerMinute"), expiresInDays: number("expiresInDays"),
        senders: form.get("senders").split(",").map((sender) => sender.replace(/[\s().-]/g, "")).filter(Boolean),
    };
}

export const addKey = (added) => confirmed({
    title: "Add a key",
    content: [
        field("Name", h("input", {name: "name", required: true, maxlength: 100, autocomplete: "off", placeholder: "Booking system"}),
            "What the key is for. To replace a key, add another of the same name, then revoke the old one."),
        field("Role", roleChoice()), limitFields(),
    ],
    action: "Add",
    act: async (form) => {
        const key = await post("/api/keys", {name: form.get("name").trim(), ...wanted(form)});
        added();
        shownOnce(`The key ${key.name}`, "", key.key);
    },
});

const changeKey = (key, changed) => confirmed({
    title: `What ${key.name} may do`,
    content: [key.role && field("Role", roleChoice(key.role)), limitFields(key)],
    action: "Save",
    act: async (form) => {
        const {role, expiresInDays, ...limits} = wanted(form);
        if (key.role) limits.role = role;
        if (form.get("expiresInDays")) limits.expiresInDays = expiresInDays;
        await patch(`/api/keys/${key.id}`, limits);
        toast("Saved.");
        changed();
    },
});
