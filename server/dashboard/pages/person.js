// For administrators: what is stored about a person, and how to erase it.

import {get, remove} from "../shell/api.js";
import {toast} from "../shell/dialogs.js";
import {card, fill, h, problem, stackedTable} from "../shell/dom.js";
import {fullDate} from "../shell/format.js";
import {messageChip} from "../shell/states.js";
import {warned} from "./parts.js";

const personPath = (number) => `/api/people/${encodeURIComponent(number)}`;

export function show(main, {signal, parameter}) {
    const number = h("input", {name: "number", required: true, inputmode: "tel", placeholder: "+1 212 555 0101",
        autocomplete: "off", "aria-label": "Phone number", value: parameter});
    const form = h("form", {class: "inline-form"}, number, h("button", {class: "button", type: "submit"}, "Show"));
    const place = h("div", {role: "status"});
    const load = async () => {
        try {
            const person = await get(personPath(number.value.trim()));
            if (!signal.aborted) fill(place, personView(person, load));
        } catch (error) {
            if (!signal.aborted) fill(place, problem(error, load));
        }
    };
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        load();
    });
    fill(main, h("h1", {}, "Person"),
        h("p", {class: "lead"}, "Everything that is stored about one phone number. Each look is in the audit log."),
        h("section", {class: "card"}, h("div", {class: "card-head"}, form)), place);
    if (parameter) load();
}

function personView({phone, optedOut, optOutHistory, messages, replies}, changed) {
    const erase = () => warned(`Erase ${phone}?`,
        `Name, number, texts and replies are removed for good; pending messages are canceled.${optedOut ? " The opt-out stays in force." : ""}`,
        "Erase", async () => {
            const {erasedMessages} = await remove(personPath(phone));
            toast(`${erasedMessages} messages were erased.`);
        }, changed);
    const table = (title, head, rows) => rows.length > 0
        && card(title, stackedTable(head, rows));
    return [
        card(phone, h("p", {}, optedOut ? "Has opted out." : "May be texted."),
            h("p", {class: "card-foot"}, h("button", {class: "button danger", type: "button", onclick: erase}, "Erase this person"))),
        table("Opt-outs", ["When", "What", "How", "By"], optOutHistory.map((each) =>
            [fullDate(each.at), each.event, each.source, each.by || each.messageSid])),
        table("Messages", ["When", "Name", "Text", "State"], messages.map((each) =>
            [fullDate(each.createdAt), each.customerName, each.body, messageChip(each.status)])),
        table("Replies", ["When", "Text"], replies.map((each) => [fullDate(each.receivedAt), each.body])),
    ];
}
