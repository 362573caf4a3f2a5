// For administrators: who may sign in, and the keys of other programs.

import {get, patch, post, put} from "../shell/api.js";
import {confirmed, toast} from "../shell/dialogs.js";
import {card, empty, field, fill, h, stackedTable} from "../shell/dom.js";
import {fullDate} from "../shell/format.js";
import {signedInAs} from "../shell/session.js";
import {addKey, keyTable, roleChoice, roleNames} from "./keys.js";
import {button, loaded, tried, warned} from "./parts.js";

export function show(main, {signal}) {
    const users = loaded(() => get("/api/users"), signal, (body, load) => userTable(body.users, load));
    const keys = loaded(() => get("/api/keys"), signal, (body, load) => keyTable(body.keys, load));
    fill(main, h("h1", {}, "Users and keys"),
        card("Users", h("p", {class: "hint"}, "People who sign in to this dashboard."), users.element,
            h("p", {class: "card-foot"}, button("Add user", () => addUser(users.load)))),
        card("Keys", h("p", {class: "hint"}, "For other programs, such as a booking system, that send texts through Waybill."),
            keys.element, h("p", {class: "card-foot"}, button("Add key", () => addKey(keys.load)))));
}

function userTable(users, changed) {
    if (!users.length) return empty("Nobody can sign in yet", "Add the first administrator; from then on everyone signs in, also on this computer.");
    return stackedTable(["Address", "Role", "Last sign-in", "(Actions)"], users.map((user) => [
        user.email, user.disabled ? "Disabled" : roleNames[user.role] ?? user.role,
        user.lastLogin ? fullDate(user.lastLogin) : "Never", h("span", {class: "actions"}, userActions(user, changed)),
    ]));
}

const passwordField = (hint) => field("Password", h("input", {name: "password", type: "password", required: true, minlength: 12,
    autocomplete: "new-password"}), hint);

function userActions({email, role, disabled}, changed) {
    const path = `/api/users/${encodeURIComponent(email)}`;
    const setPassword = () => confirmed({
        title: `New password for ${email}`,
        content: passwordField("At least 12 characters. They are signed out everywhere."),
        action: "Set the password",
        act: async (form) => {
            await put(`${path}/password`, {password: form.get("password")});
            toast(`${email} has a new password.`);
        },
    });
    const setRole = () => confirmed({
        title: `What ${email} may do`,
        content: field("Role", roleChoice(role), "It takes effect immediately, wherever they are signed in."),
        action: "Save",
        act: async (form) => {
            await patch(path, {role: form.get("role")});
            toast("Saved.");
            changed();
        },
    });
    const enable = async () => {
        if (await tried(() => patch(path, {disabled: false}))) toast(`${email} can sign in again.`);
        changed();
    };
    if (disabled) return button("Enable", enable, `Enable ${email}`);
    const disable = () => warned(`Disable ${email}?`, "They are signed out everywhere, and cannot sign in until you enable them again.",
        "Disable", () => post(`${path}/disable`), changed);
    return [button("Role", setRole, `Change the role of ${email}`), button("Password", setPassword, `New password for ${email}`),
        email !== signedInAs() && button("Disable", disable, `Disable ${email}`)];
}

function addUser(added) {
    return confirmed({
        title: "Add a user",
        content: [
            field("E-mail address", h("input", {name: "email", type: "email", required: true, autocomplete: "off"})),
            field("Role", roleChoice()), passwordField("At least 12 characters."),
        ],
        action: "Add",
        act: async (form) => {
            await post("/api/users", Object.fromEntries(form));
            toast(`${form.get("email")} can sign in.`);
            added();
        },
    });
}
