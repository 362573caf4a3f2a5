// One message, in a dialog and on a page of its own, which one can send someone the address of: its text, what is known of
// it, and its history, for as long as it changes.

import {get, post} from "../shell/api.js";
import {confirmed, facts, openDialog, toast} from "../shell/dialogs.js";
import {bubble, empty, fill, h, problem, setText} from "../shell/dom.js";
import {carrierTime, count, duration, exactly, fullDate, inWords, money, zone} from "../shell/format.js";
import {repeat} from "../shell/live.js";
import {may} from "../shell/session.js";
import {finalStates, messageChip, messageLabel} from "../shell/states.js";

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

export function openMessage(message) {
    const ended = new AbortController();
    const {body, close} = openDialog(`${message.name || "Message"} · ${message.to}`, {wide: true, onclose: () => ended.abort()});
    fill(body, messageView(message.id, message, ended.signal),
        h("p", {class: "card-foot"}, h("a", {href: `#/messages/${encodeURIComponent(message.id)}`, onclick: close}, "Open as a page")));
}

// Shows `message`, or what `id` leads to, until `signal` ends. `named` receives it each time it is read.
function messageView(id, message, signal, named = () => {}) {
    const isOnPage = message === null; // not in a dialog
    const about = h("div");
    const events = h("div", {class: "timeline-box"}, h("p", {class: "nothing"}, "Loading its history…"));
    const element = h("div", {class: "message-view"}, about, h(isOnPage ? "h2" : "h3", {}, "History"), events);
    if (message) showAbout(about, message, () => load());

    let state = "", shown = "";
    const load = async () => {
        if (finalStates.includes(state)) return;
        try {
            const now = await get(`/api/messages/${encodeURIComponent(id)}`);
            if (signal.aborted) return;
            state = now.status;
            if (JSON.stringify(now) === shown) return;
            shown = JSON.stringify(now);
            named(now);
            showAbout(about, now, load, isOnPage);
            fill(events, timeline(now));
        } catch (error) {
            if (signal.aborted) return;
            shown = "";
            if (error.status !== 404) return fill(events, problem(error, load));
            state = "canceled"; // it will not come
            fill(element, empty("This message does not exist", "Its address may be mistyped.",
                h("a", {class: "button", href: "#/messages"}, "All messages")));
        }
    };
    repeat(load, 2, signal);
    return element;
}

function showAbout(about, message, reload, isOnPage = false) {
    const resend = message.status === "unknown" && (may("campaigns:control") || may("campaigns:control-own")) && message.estimatedCost &&
        h("button", {class: "button", type: "button", onclick: () => resendMessage(message, reload)}, "Send again…");
    fill(about, message.body === null ? h("p", {class: "hint"}, "Your account may not see texts.") : bubble(message.body), facts([
        ["State", messageChip(message.status), " ", resend],
        message.errorCode && ["Error", `${message.errorCode}: ${message.errorMeaning}`],
        message.conflicting && ["Conflict", `Twilio also said “${messageLabel(message.conflicting)}”.`],
        message.sendAt && new Date(message.sendAt) > new Date() && ["Leaves", inWords(message.sendAt)],
        message.from && ["From", message.from],
        isOnPage && message.campaignId && ["Campaign", h("a", {href: `#/campaigns/${encodeURIComponent(message.campaignId)}`}, "See the whole campaign")],
        message.test && ["Test", "Sent by one of you to try out a text; it is in no figure of a campaign."],
        message.reference && ["Reference", h("span", {dir: "auto"}, message.reference)],
        ["Segments", count(message.segments)],
        ["Cost", money(message.cost)],
        message.sid && ["Twilio's id", h("code", {}, message.sid)],
    ]));
}

const sources = {
    send: "Waybill's request to Twilio", receipt: "Delivery report from Twilio", lookup: "Looked up at Twilio", operator: "By hand"};

// Entries carry Twilio's words; what Twilio calls queued or scheduled, it has accepted.
const stateOf = ({status}) => ["queued", "scheduled"].includes(status) ? "accepted" : status;

function timeline(message) {
    const first = {at: message.createdAt, source: message.campaignId ? "Created with its campaign" : "Created on its own", status: "pending"};
    const events = [first, ...message.events];
    return h("ol", {class: "timeline"}, events.map((event, index) => {
        const before = index > 0 && (new Date(event.at) - new Date(events[index - 1].at)) / 1000;
        return h("li", {},
            h("span", {class: `dot state-${stateOf(event)}`}),
            h("div", {class: "event"},
                h("p", {class: "event-head"}, h("strong", {}, index ? messageLabel(stateOf(event)) : "Created"),
                    h("time", {datetime: event.at, title: fullDate(event.at)}, exactly(event.at)),
                    before > 0 && h("span", {class: "since"}, `+${duration(before)}`)),
                h("p", {class: "event-source"}, sources[event.source] ?? event.source,
                    event.carrierTime && ` · carrier's time ${carrierTime(event.carrierTime)}`),
                event.errorCode && h("p", {class: "event-error"}, `${event.errorCode}: ${event.errorMeaning}`)));
    }));
}

async function resendMessage(message, reload) {
    await confirmed({
        title: "Send this message again?",
        content: h("p", {}, `Twilio's reply was lost; it may have sent the message. 1 person (${message.to}) could get it twice.`),
        action: `Send 1 message again for ${money(message.estimatedCost)}`,
        danger: true,
        act: async () => {
            await post(`/api/messages/${encodeURIComponent(message.id)}/resend`, {confirm: 1});
            toast("It will be sent again.");
            reload();
        },
    });
}
