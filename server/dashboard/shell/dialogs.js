// Questions before something happens, and short notices afterwards.

import {clearFaults, fill, h, showFaults} from "./dom.js";

let dialogs = 0;

// A modal dialog with a title; Escape and a click beside it close it too.
export function openDialog(title, {wide = false, onclose = () => {}} = {}) {
    const body = h("div", {class: "dialog-body"});
    const heading = h("h2", {id: `dialog-${++dialogs}`, tabindex: -1, autofocus: true}, title);
    const dialog = h("dialog", {class: wide ? "wide" : "", "aria-labelledby": heading.id},
        h("div", {class: "dialog-head"}, heading,
            h("button", {class: "close", type: "button", "aria-label": "Close", onclick: () => dialog.close()}, "×")),
        body);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
        dialog.remove();
        onclose();
    });
    document.body.append(dialog);
    dialog.showModal();
    return {dialog, body, close: () => dialog.close()};
}

// Asks before `act` runs. Stays open meanwhile, and shows its error; true when it succeeded.
export function confirmed({title, content, action, danger = false, act}) {
    return new Promise((resolve) => {
        let done = false;
        const {body, close} = openDialog(title, {onclose: () => resolve(done)});
        const fault = h("p", {class: "fault", role: "alert"});
        const yes = h("button", {class: danger ? "button danger" : "button primary", type: "submit"}, action);
        const no = h("button", {class: "button", type: "button", onclick: close}, "Not now");
        const form = h("form", {}, content, fault, h("div", {class: "dialog-actions"}, no, yes));
        form.addEventListener("submit", async (event) => {
            event.preventDefault();
            yes.disabled = true;
            fill(fault);
            clearFaults(form);
            try {
                await act(new FormData(form), yes);
                done = true;
                close();
            } catch (error) {
                if (!showFaults(form, error)) fill(fault, error.message);
                yes.disabled = false;
            }
        });
        fill(body, form);
        (form.querySelector("input, select, textarea") ?? yes).focus();
    });
}

export function toast(text, tone = "good") {
    const note = h("p", {class: `toast ${tone}`}, text);
    document.getElementById("toasts").append(note);
    setTimeout(() => note.remove(), tone === "bad" ? 12000 : 5000);
}

// A notice with a way back, which is offered that long.
export function undoable(text, seconds, undo) {
    const left = h("span", {class: "toast-left", "aria-hidden": "true"}, `${seconds} s`);
    const end = () => {
        clearInterval(ticking);
        note.remove();
    };
    const button = h("button", {class: "button small", type: "button", onclick: () => {
        end();
        undo();
    }}, "Undo");
    const note = h("p", {class: "toast undoable"}, h("span", {}, text), left, button);
    const until = Date.now() + seconds * 1000;
    const ticking = setInterval(() => {
        const rest = Math.ceil((until - Date.now()) / 1000);
        if (rest <= 0) end();
        else left.textContent = `${rest} s`;
    }, 250);
    document.getElementById("toasts").append(note);
}

// Pairs of a term and what it is.
export function facts(pairs) {
    return h("dl", {class: "facts"},
        pairs.filter((pair) => pair).map(([term, ...value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}
