// When a campaign leaves: as soon as it is confirmed, or at a time, which is repeated in words.

import {field, h, setText} from "../shell/dom.js";
import {inWords} from "../shell/format.js";

export function createSchedule(sendAt) {
    const choice = (value, label) => {
        const radio = h("input", {type: "radio", name: "when", value, checked: value === "now", onchange: () => choose(value)});
        return {radio, element: h("label", {class: "choice"}, radio, h("span", {}, label))};
    };
    const now = choice("now", "As soon as I confirm"), later = choice("later", "At a set time");
    const words = h("p", {class: "hint", role: "status"});
    const time = field("Date and time", sendAt);
    const box = h("div", {class: "schedule-time", hidden: true}, time, words);
    const element = h("fieldset", {class: "schedule"}, h("legend", {}, "When"), now.element, later.element, box);

    const describe = () => setText(words, sendAt.value ? `It leaves ${inWords(new Date(sendAt.value))}.` : "");
    const choose = (value) => {
        box.hidden = value === "now";
        sendAt.required = value === "later";
        if (value === "now" && sendAt.value) {
            sendAt.value = "";
            sendAt.dispatchEvent(new Event("input", {bubbles: true}));
        }
        describe();
        if (value === "later") sendAt.focus();
    };
    sendAt.addEventListener("input", describe);
    const refresh = () => {
        const isLater = sendAt.value !== "";
        now.radio.checked = !isLater;
        later.radio.checked = isLater;
        box.hidden = !isLater;
        sendAt.required = isLater;
        describe();
    };
    return {element, refresh};
}
