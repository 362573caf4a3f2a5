// For administrators: who may sign in, and the keys of other programs.

import {get, post, put} from "../shell/api.js";
import {confirmed, toast} from "../shell/dialogs.js";
import {card, empty, field, fill, h, problem, stackedTable} from "../shell/dom.js";
import {fullDate} from "../shell/format.js";
import {signedInAs} from "../shell/session.js";
import {addKey, keyTable} from "./keys.js";
import {roleChoice, roleNames} from "./roles.js";

export function show(main, {signal}) {
    const users = h("div"), keys = h("div");
    const load = async (place, path, render) => {
        try {
            const body = await get(path);
            if (!signal.aborted) fill(place, render(body));
        } catch (error) {
            if (!signal.aborted) fill(place, problem(error, () => load(place, path, render)));
        }
    };
    const loadUsers = () => load(users, "/api/users", (body) => userTable(body.users, loadUsers));
    const loadKeys = () => load(keys, "/api/keys", (body) => keyTable(body.keys, loadKeys));
    fill(main, h("h1", {}, "Users and keys"),
        card("Users", h("p", {class: "hint"}, "People who sign in to this dashboard."), users,
            h("p", {class: "card-foot"}, button("Add user", () => addUser(loadUsers)))),
        card("Keys", h("p", {class: "hint"}, "For other programs, such as a booking system, that send texts through Waybill."), keys,
            h("p", {class: "card-foot"}, button("Add key", () => addKey(loadKeys)))));
    loadUsers();
    loadKeys();
}

const button = (text, onclick, label) =>
    h("button", {class: "button small", type: "button", onclick, "aria-label": label}, text);

function userTable(users, changed) {
    if (!users.length) return empty("Nobody can sign in yet", "Add the first administrator; from then on everyone signs in, also on this computer.");
    return stackedTable(["Address", "Role", "Last sign-in", "(Actions)"], users.map((user) => [
        user.email, user.disabled ? "Disabled" : roleNames[user.role] ?? user.role,
        user.lastLogin ? fullDate(user.lastLogin) : "Never", user.disabled ? "" : userActions(user, changed),
    ]));
}

function userActions({email}, changed) {
    const path = `/api/users/${encodeURIComponent(email)}`;
    const password = h("input", {name: "password", type: "password", required: true, minlength: 12,
        autocomplete: "new-password"});
    const setPassword = () => confirmed({
        title: `New password for ${email}`,
        content: field("Password", password, "At least 12 characters. They are signed out everywhere."),
        action: "Set the password",
        act: async (form) => {
            await put(`${path}/password`, {password: form.get("password")});
            toast(`${email} has a new password.`);
        },
    });
    const disable = () => confirmed({
        title: `Disable ${email}?`,
        content: h("p", {}, "They are signed out everywhere, and cannot sign in again."),
        action: "Disable",
        danger: true,
        act: async () => {
            await post(`${path}/disable`);
            changed();
        },
    });
    const mine = email === signedInAs();
    return [button("Password", setPassword, `New password for ${email}`), " ",
        mine ? "" : button("Disable", disable, `Disable ${email}`)];
}

function addUser(added) {
    return confirmed({
        title: "Add a user",
        content: [
            field("E-mail address", h("input", {name: "email", type: "email", required: true, autocomplete: "off"})),
            field("Role", roleChoice()),
            field("Password", h("input", {name: "password", type: "password", required: true, minlength: 12,
                autocomplete: "new-password"}), "At least 12 characters."),
        ],
        action: "Add",
        act: async (form) => {
            await post("/api/users", Object.fromEntries(form));
            toast(`${form.get("email")} can sign in.`);
            added();
        },
    });
}
