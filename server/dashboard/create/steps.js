// The three steps of a new campaign: one is shown, the way to the others stays open.

import {h} from "../shell/dom.js";

export const stepNames = ["list", "message", "send"];
const titles = {list: "List", message: "Message", send: "Send"};

// `sections` by name; `moved(name)` is called after each move.
export function createSteps(sections, moved) {
    const buttons = Object.fromEntries(stepNames.map((name, index) => [name,
        h("button", {class: "step-button", type: "button", onclick: () => go(name)},
            h("span", {class: "step-number", "aria-hidden": "true"}, index + 1), titles[name])]));
    const element = h("nav", {class: "steps-nav", "aria-label": "Steps"},
        h("ol", {}, stepNames.map((name) => h("li", {}, buttons[name]))));
    let at = "list";

    const show = (name) => {
        at = name;
        for (const each of stepNames) {
            sections[each].hidden = each !== name;
            if (each === name) buttons[each].setAttribute("aria-current", "step");
            else buttons[each].removeAttribute("aria-current");
        }
        moved(name);
    };
    const go = (name) => {
        show(name);
        window.scrollTo(0, 0);
        sections[name].querySelector("h2").focus({preventScroll: true});
    };
    const mark = (name, isDone) => buttons[name].classList.toggle("done", isDone);
    return {
        element, show, go, mark,
        at: () => at,
        next: () => stepNames[stepNames.indexOf(at) + 1],
        before: () => stepNames[stepNames.indexOf(at) - 1],
        // Of the element that a fault belongs to.
        of: (element) => stepNames.find((name) => sections[name].contains(element)),
    };
}
