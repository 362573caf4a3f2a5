// For administrators: who is notified of what, by e-mail or in a chat.

import {get, patch, post, remove} from "../shell/api.js";
import {confirmed, toast} from "../shell/dialogs.js";
import {card, empty, field, h, stackedTable} from "../shell/dom.js";
import {ago, plural} from "../shell/format.js";
import {button, loaded, options, tried, warned} from "./parts.js";

const presets = {everything: "Everything", problems: "Problems only", nothing: "Nothing"};

export function notifications(signal) {
    const list = loaded(() => get("/api/notifications"), signal, ({addresses}, load) => table(addresses, load));
    return card("Notifications",
        h("p", {class: "hint"}, "By e-mail or in a chat: when a campaign ends or is paused, and when something is wrong."), list.element,
        h("p", {class: "card-foot"}, button("Add address", () => add(list.load), "Add address for notifications")));
}

function table(addresses, changed) {
    if (!addresses.length) return empty("No addresses yet", "Add your e-mail address, or a chat, to hear of problems early.");
    return stackedTable(["Address", "Gets", "Last attempt", "(Actions)"], addresses.map((each) => [
        each.address, choice(each, changed), lastAttempt(each), [
            button("Test", () => test(each, changed), `Send a test to ${each.address}`), " ",
            button("Remove", () => warned(`Remove ${each.address}?`, "Nothing is sent there from now on.", "Remove",
                () => remove(`/api/notifications/${each.id}`), changed), `Remove ${each.address}`),
        ]]));
}

function choice({id, address, preset}, changed) {
    return h("select", {"aria-label": `What ${address} gets`, onchange: async ({target}) => {
        await tried(() => patch(`/api/notifications/${id}`, {preset: target.value}));
        changed();
    }}, options(presets, preset));
}

function lastAttempt({lastAttemptAt, lastFault, waitingNotifications}) {
    if (!lastAttemptAt) return "None yet";
    return [`${ago(lastAttemptAt)}: ${lastFault ?? "accepted"}`,
        waitingNotifications > 0 && `. ${plural(waitingNotifications, "notification")} will be tried again.`];
}

async function test({id, address}, changed) {
    await tried(async () => {
        const {delivered, fault} = await post(`/api/notifications/${id}/test`);
        toast(delivered ? `The test for ${address} was accepted.` : `The test for ${address} failed: ${fault}`, delivered ? "good" : "bad");
    });
    changed();
}

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
