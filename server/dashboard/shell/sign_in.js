// The two pages without a session: signing in, and the first administrator's one-time link.

import {post} from "./api.js";
import {field, fill, h} from "./dom.js";

function credentials(newPassword) {
    const email = h("input", {name: "email", type: "email", required: true, autocomplete: "username"});
    const password = h("input", {name: "password", type: "password", required: true,
        minlength: newPassword ? 12 : undefined, autocomplete: newPassword ? "new-password" : "current-password"});
    return {email, password};
}

// `send` is given the address and the password; `done` is called after it.
function form({title, lead, action, newPassword, send, done}) {
    const {email, password} = credentials(newPassword);
    const fault = h("p", {class: "fault", role: "alert"});
    const button = h("button", {class: "button primary", type: "submit"}, action);
    const element = h("form", {class: "card sign-in"}, h("h1", {}, title), h("p", {class: "lead"}, lead),
        field("E-mail address", email), field("Password", password, newPassword ? "At least 12 characters." : ""),
        fault, button);
    element.addEventListener("submit", async (event) => {
        event.preventDefault();
        button.disabled = true;
        fill(fault);
        try {
            await send({email: email.value.trim(), password: password.value});
            done();
        } catch (error) {
            fill(fault, error.message);
            button.disabled = false;
        }
    });
    return element;
}

export function showSignIn(main, done) {
    document.title = "Sign in · Waybill";
    fill(main, form({
        title: "Sign in",
        lead: "Waybill shows names, numbers and messages to its users alone. Nobody has an account yet? Start Waybill " +
            "again: it writes a link for the first administrator to its terminal or its log.",
        action: "Sign in",
        send: (values) => post("/api/auth/session", values),
        done,
    }));
    main.querySelector("input").focus();
}

export function showSetup(main, token, done) {
    document.title = "First administrator · Waybill";
    fill(main, form({
        title: "Create the first administrator",
        lead: "This link works once. Further users are added in Waybill itself.",
        action: "Create the account",
        newPassword: true,
        send: (values) => post("/api/auth/setup", {token, ...values}),
        done,
    }));
    main.querySelector("input").focus();
}
