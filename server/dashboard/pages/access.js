// For administrators: who may sign in, and the keys of other programs.

import {get, post, put, remove} from "../shell/api.js";
import {confirmed, openDialog, toast} from "../shell/dialogs.js";
import {card, empty, field, fill, h, problem, tableHead} from "../shell/dom.js";
import {fullDate} from "../shell/format.js";
import {signedInAs} from "../shell/session.js";

const roles = {
    viewer: "Viewer: sees figures, no people",
    marketer: "Marketer: creates campaigns",
    operator: "Operator: also controls them",
    admin: "Administrator: everything",
};

const roleChoice = () => h("select", {name: "role"},
    Object.entries(roles).map(([role, text]) => h("option", {value: role}, text)));

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
        card("Users", users, h("p", {}, button("Add user", () => addUser(loadUsers)))),
        card("API keys", keys, h("p", {}, button("Add key", () => addKey(loadKeys)))));
    loadUsers();
    loadKeys();
}

const button = (text, onclick, label) =>
    h("button", {class: "button small", type: "button", onclick, "aria-label": label}, text);

function userTable(users, changed) {
    if (!users.length) return empty("Nobody can sign in", "Add the first administrator; access without signing in ends then.");
    return h("table", {}, tableHead("Address", "Role", "Last sign-in", "(Actions)"),
        h("tbody", {}, users.map((user) => h("tr", {}, h("td", {}, user.email),
            h("td", {}, user.disabled ? "disabled" : user.role),
            h("td", {}, user.lastLogin ? fullDate(user.lastLogin) : "never"),
            h("td", {class: "number"}, user.disabled ? "" : userActions(user, changed))))));
}

function userActions({email}, changed) {
    const path = `/api/users/${encodeURIComponent(email)}`;
    const password = h("input", {name: "password", type: "password", required: true, minlength: 12,
        autocomplete: "new-password"});
    const setPassword = () => confirmed({
        title: `New password for ${email}`,
        content: field("Password", password, "At least 12 characters. It ends the sessions of this user."),
        action: "Set the password",
        act: async (form) => {
            await put(`${path}/password`, {password: form.get("password")});
            toast(`${email} has a new password.`);
        },
    });
    const disable = () => confirmed({
        title: `Disable ${email}?`,
        content: h("p", {}, "This ends their sessions, and they can not sign in again."),
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
            added();
        },
    });
}

function keyTable(keys, changed) {
    const inForce = keys.filter((key) => !key.revoked);
    if (!inForce.length) return empty("No keys", "Other programs call the API with a key of their own.");
    return h("table", {}, tableHead("Name", "May", "Last used", "(Revoke)"),
        h("tbody", {}, inForce.map((key) => h("tr", {}, h("td", {}, key.name),
            h("td", {}, key.role ?? key.permissions.join(", ")),
            h("td", {}, key.lastUsedAt ? `${fullDate(key.lastUsedAt)} from ${key.lastUsedFrom}` : "never"),
            h("td", {class: "number"}, button("Revoke", () => revoke(key, changed), `Revoke ${key.name}`))))));
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

function addKey(added) {
    return confirmed({
        title: "Add an API key",
        content: [
            field("Name", h("input", {name: "name", required: true, maxlength: 100, autocomplete: "off"}),
                "What the key is for. A second key of the same name replaces the first once you revoke that one."),
            field("Role", roleChoice()),
        ],
        action: "Add",
        act: async (form) => {
            const key = await post("/api/keys", Object.fromEntries(form));
            added();
            const {body} = openDialog(`The key ${key.name}`);
            fill(body, h("p", {}, "Copy it now; it is not shown again."), h("code", {class: "key"}, key.key));
        },
    });
}
