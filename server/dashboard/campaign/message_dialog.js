// One message: its text and its history.

import {get, post} from "../shell/api.js";
import {confirmed, facts, openDialog, toast} from "../shell/dialogs.js";
import {fill, h, problem} from "../shell/dom.js";
import {carrierTime, count, duration, exactly, fullDate, money} from "../shell/format.js";
import {repeat} from "../shell/live.js";
import {bubble} from "../shell/phone.js";
import {may} from "../shell/session.js";
import {messageChip, messageLabel} from "../shell/states.js";

const finalStates = ["delivered", "undelivered", "failed", "canceled", "read"];

export function openMessage(message) {
    const ended = new AbortController();
    const {body} = openDialog(`${message.name || "Message"} · ${message.to}`, {wide: true, onclose: () => ended.abort()});
    const about = h("div");
    const events = h("div", {class: "timeline-box"}, h("p", {class: "nothing"}, "Loading its timeline…"));
    fill(body, about, h("h3", {}, "Timeline"), events);
    showAbout(about, message, () => load());

    let state = "", shown = "";
    const load = async () => {
        if (finalStates.includes(state)) return;
        try {
            const now = await get(`/api/messages/${encodeURIComponent(message.id)}`);
            if (ended.signal.aborted) return;
            state = now.status;
            if (JSON.stringify(now) === shown) return;
            shown = JSON.stringify(now);
            showAbout(about, now, () => load());
            fill(events, timeline(now));
        } catch (error) {
            if (!ended.signal.aborted) fill(events, problem(error, load));
        }
    };
    repeat(load, 2, ended.signal);
}

function showAbout(about, message, reload) {
    const resend = message.status === "unknown" && (may("campaigns:control") || may("campaigns:control-own")) && message.estimatedCost &&
        h("button", {class: "button", type: "button", onclick: () => resendMessage(message, reload)}, "Send again…");
    fill(about, bubble(message.body), facts([
        ["State", messageChip(message.status), " ", resend],
        message.errorCode && ["Error", `${message.errorCode}: ${message.errorMeaning}`],
        message.conflicting && ["Conflict", `Twilio also said “${messageLabel(message.conflicting)}”.`],
        ["Segments", count(message.segments)],
        ["Cost", money(message.cost)],
        message.sid && ["Twilio's SID", h("code", {}, message.sid)],
    ]));
}

const sources = {
    send: "Waybill's request to Twilio", receipt: "Delivery report from Twilio", lookup: "Looked up at Twilio", operator: "By hand"};

// Entries carry Twilio's words; what Twilio calls queued or scheduled, it has accepted.
const stateOf = ({status}) => ["queued", "scheduled"].includes(status) ? "accepted" : status;

function timeline(message) {
    const first = {at: message.createdAt, source: "Created with its campaign", status: "pending"};
    const events = [first, ...message.events];
    return h("ol", {class: "timeline"}, events.map((event, index) => {
        const before = index > 0 && (new Date(event.at) - new Date(events[index - 1].at)) / 1000;
        return h("li", {},
            h("span", {class: `dot state-${stateOf(event)}`}),
            h("div", {class: "event"},
                h("p", {class: "event-head"}, h("strong", {}, index ? messageLabel(stateOf(event)) : "Made"),
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
