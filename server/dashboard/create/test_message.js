// "Send me a test": the first customer's message, to one's own number, which this browser remembers.

import {upload} from "../shell/api.js";
import {field, fill, h} from "../shell/dom.js";

const remembered = "waybill-test-number";

function lastNumber() {
    try {
        return localStorage.getItem(remembered) ?? "";
    } catch {
        return "";
    }
}

function remember(number) {
    try {
        localStorage.setItem(remembered, number);
    } catch {
        // it must be typed again the next time
    }
}

// `prepare(show)` gives {form(more)}, the encoded form with more fields, or nothing after it has shown what is missing.
export function testMessage(prepare) {
    const to = h("input", {name: "to", type: "tel", inputmode: "tel", autocomplete: "tel", placeholder: "+1 212 555 0101",
        value: lastNumber()});
    const result = h("p", {class: "test-result", role: "status"});
    const button = h("button", {class: "button", type: "button"}, "Send me a test");
    const show = (sentence, isFault) => {
        result.classList.toggle("fault", isFault);
        fill(result, sentence);
    };
    const send = async () => {
        if (!to.value.trim()) {
            show("Enter your number first.", true);
            return to.focus();
        }
        const prepared = prepare((sentence) => show(sentence, true));
        if (!prepared) return;
        button.disabled = true;
        show("Sending…", false);
        try {
            const reply = await upload("/api/campaigns/sms/test", prepared.form({to: to.value.trim()}));
            remember(to.value.trim());
            show(reply.message, false);
        } catch (error) {
            show(error.message, true);
        }
        button.disabled = false;
    };
    button.addEventListener("click", send);
    to.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        send();
    });
    return h("section", {class: "card test-card"}, h("h3", {}, "See it on your own phone"),
        h("div", {class: "test-row"}, field("Your number", to), button), result);
}
