// For administrators: who is notified of what, by e-mail or in a chat.

import {get, patch, post, remove} from "../shell/api.js";
import {confirmed, toast} from "../shell/dialogs.js";
import {card, empty, field, fill, h, problem, stackedTable} from "../shell/dom.js";
import {ago, plural} from "../shell/format.js";

const presets = {everything: "Everything", problems: "Problems only", nothing: "Nothing"};

const options = (texts, chosen) => Object.entries(texts).map(([value, text]) =>
    h("option", {value, selected: value === chosen}, text));

const button = (text, label, onclick) =>
    h("button", {class: "button small", type: "button", onclick, "aria-label": label}, text);

export function notifications(signal) {
    const list = h("div");
    const load = async () => {
        try {
            const {addresses} = await get("/api/notifications");
            if (!signal.aborted) fill(list, table(addresses, load));
        } catch (error) {
            if (!signal.aborted) fill(list, problem(error, load));
        }
    };
    load();
    return card("Notifications",
        h("p", {class: "hint"}, "By e-mail or in a chat: when a campaign ends or is paused, and when something is wrong."), list,
        h("p", {class: "card-foot"}, button("Add address", "Add address for notifications", () => add(load))));
}

function table(addresses, changed) {
    if (!addresses.length) return empty("No addresses yet", "Add your e-mail address, or a chat, to hear of problems early.");
    return stackedTable(["Address", "Gets", "Last attempt", "(Actions)"], addresses.map((each) => [
        each.address, choice(each, changed), lastAttempt(each), [
            button("Test", `Send a test to ${each.address}`, () => test(each, changed)), " ",
            button("Remove", `Remove ${each.address}`, () => ask(each, changed)),
        ]]));
}

function choice({id, address, preset}, changed) {
    return h("select", {"aria-label": `What ${address} gets`, onchange: async ({target}) => {
        try {
            await patch(`/api/notifications/${id}`, {preset: target.value});
        } catch (error) {
            toast(error.message, "bad");
        }
        changed();
    }}, options(presets, preset));
}

function lastAttempt({lastAttemptAt, lastFault, waitingNotifications}) {
    if (!lastAttemptAt) return "None yet";
    return [`${ago(lastAttemptAt)}: ${lastFault ?? "accepted"}`,
        waitingNotifications > 0 && `. ${plural(waitingNotifications, "notification")} will be tried again.`];
}

async function test({id, address}, changed) {
    try {
        const {delivered, fault} = await post(`/api/notifications/${id}/test`);
        toast(delivered ? `The test for ${address} was accepted.` : `The test for ${address} failed: ${fault}`, delivered ? "good" : "bad");
    } catch (error) {
        toast(error.message, "bad");
    }
    changed();
}

const ask = ({id, address}, changed) => confirmed({
    title: `Remove ${address}?`,
    content: h("p", {}, "Nothing is sent there from now on."),
    action: "Remove",
    danger: true,
    act: async () => {
        await remove(`/api/notifications/${id}`);
        changed();
    },
});

const add = (added) => confirmed({
    title: "Add an address",
    content: [
        field("Kind", h("select", {name: "kind"}, options({email: "E-mail", chat: "Chat (Slack's incoming webhook)"}, "email"))),
        field("Address", h("input", {name: "address", required: true, maxlength: 2000, autocomplete: "off"}),
            "An e-mail address, or the URL that the chat gave you."),
        field("Gets", h("select", {name: "preset"}, options(presets, "problems"))),
    ],
    action: "Add",
    act: async (form) => {
        await post("/api/notifications", Object.fromEntries(form));
        added();
    },
});
