// One message on a page of its own, which one can send someone the address of.

import {fill, h, setText} from "../shell/dom.js";
import {fullDate, zone} from "../shell/format.js";
import {messageView} from "./view.js";

export function show(main, {signal, parameter: id}) {
    const title = h("h1", {dir: "auto"}, "Message");
    const about = h("p", {class: "about"});
    const named = (message) => {
        setText(title, message.name ? `${message.name} · ${message.to}` : message.to);
        setText(about, `Created ${fullDate(message.createdAt)} (${zone})`);
        document.title = `${title.textContent} · Waybill`;
    };
    fill(main, h("header", {class: "page-head"}, h("a", {class: "back", href: "#/messages"}, "All messages"), title, about),
        h("section", {class: "card"}, messageView(id, null, signal, named)));
}
