// One message of a campaign, in a dialog.

import {openDialog} from "../shell/dialogs.js";
import {fill, h} from "../shell/dom.js";
import {messageView} from "./view.js";

export function openMessage(message) {
    const ended = new AbortController();
    const {body, close} = openDialog(`${message.name || "Message"} · ${message.to}`, {wide: true, onclose: () => ended.abort()});
    fill(body, messageView(message.id, message, ended.signal),
        h("p", {class: "card-foot"}, h("a", {href: `#/messages/${encodeURIComponent(message.id)}`, onclick: close}, "Open as a page")));
}
