// What recipients wrote back to a campaign.

import {campaignPath, get, put, query} from "../shell/api.js";
import {toast} from "../shell/dialogs.js";
import {card, fill, h, problem} from "../shell/dom.js";
import {ago} from "../shell/format.js";
import {may} from "../shell/session.js";

const pageSize = 20;
const keywords = {stop: "Opted out", start: "Opted in", help: "Asked for help"};

export function repliesSection(id) {
    const list = h("ul", {class: "replies"});
    const notice = h("div", {}, h("p", {class: "nothing"}, "No one has written back so far."));
    const more = h("button", {class: "button", type: "button", hidden: true, onclick: () => load(cursor)}, "Show more");
    const element = card("Replies", list, notice, h("p", {class: "more"}, more));
    let cursor = null, known = 0;

    const load = async (from) => {
        try {
            const page = await get(query(campaignPath(id, "/replies"), {limit: pageSize, cursor: from}));
            const entries = page.replies.map((reply) => replyEntry(reply, () => load(null)));
            fill(list, from ? [...list.children] : [], entries);
            cursor = page.nextCursor;
            more.hidden = cursor === null;
            fill(notice);
        } catch (error) {
            fill(notice, problem(error, () => load(from)));
        }
    };
    const show = ({engagement}) => {
        const now = (engagement?.replies ?? 0) + (engagement?.optOuts ?? 0) + (engagement?.looksLikeOptOut ?? 0);
        if (now === known) return;
        known = now;
        load(null);
    };
    return {element, show};
}

// One click takes the author off the list; a person decides, as the words are no keyword.
function optOutButton(from, changed) {
    const button = h("button", {class: "button", type: "button", onclick: async () => {
        button.disabled = true;
        try {
            await put(`/api/opt-outs/${encodeURIComponent(from)}`);
            toast(`${from} will not be texted any more.`);
            changed();
        } catch (error) {
            button.disabled = false;
            toast(error.message, "bad");
        }
    }}, "Opt out");
    return button;
}

function replyEntry({from, body, keyword, looksLikeOptOut, optedOut, receivedAt}, changed) {
    const wishes = looksLikeOptOut && !optedOut && may("opt-outs:write");
    return h("li", {},
        h("p", {class: "reply-head"}, h("span", {class: "reply-from"}, from),
            keyword && h("span", {class: `chip keyword-${keyword}`}, keywords[keyword] ?? keyword),
            looksLikeOptOut && h("span", {class: "chip keyword-stop"}, optedOut ? "Opted out" : "Wants no more texts?"),
            h("time", {datetime: receivedAt}, ago(receivedAt)), wishes && optOutButton(from, changed)),
        h("p", {class: "reply-body", dir: "auto"}, body));
}
