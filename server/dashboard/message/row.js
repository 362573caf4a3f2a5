// A row of the list of all messages.

import {fill, h, setText, tableHead} from "../shell/dom.js";
import {fullDate, shortMoney} from "../shell/format.js";
import {messageChip} from "../shell/states.js";

export const messageColumns = () => tableHead("To", "Text", "State", "What happened", "#Cost", "#Created");

export function messageRow(message) {
    const state = h("td", {class: "cell-state"});
    const error = h("td", {class: "cell-error"});
    const cost = h("td", {class: "number cell-cost"});
    const open = h("a", {href: `#/messages/${encodeURIComponent(message.id)}`}, message.to);
    const element = h("tr", {onclick: (event) => event.target.closest("a") ?? open.click()},
        h("td", {class: "cell-to"}, open, message.name && h("div", {class: "cell-who", dir: "auto"}, message.name)),
        h("td", {class: "cell-text", dir: "auto"}, message.body ?? ""), state, error, cost,
        h("td", {class: "number cell-time"}, fullDate(message.createdAt)));
    const show = (latest) => {
        if (element.dataset.status !== latest.status) fill(state, messageChip(latest.status));
        element.dataset.status = latest.status;
        setText(error, latest.errorCode ? `${latest.errorCode}: ${latest.errorMeaning}` : "");
        setText(cost, shortMoney(latest.cost));
    };
    return {element, show};
}
