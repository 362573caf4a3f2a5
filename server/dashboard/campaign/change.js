// Changes a campaign that has not started: its time, its text, its limit.

import {campaignPath, patch} from "../shell/api.js";
import {confirmed, toast} from "../shell/dialogs.js";
import {field, fill, h, setText} from "../shell/dom.js";
import {inWords} from "../shell/format.js";
import {messageNotes} from "../text/message_notes.js";

// For datetime-local, which knows no zones.
function localTime(iso) {
    const time = new Date(iso);
    return new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

export async function changeCampaign(campaign, update) {
    const was = {
        sendAt: localTime(campaign.sendAt), message: campaign.messageTemplate, offer: campaign.offer,
        offerCode: campaign.offerCode, maxCost: campaign.maxCost?.replace(/0{1,2}$/, "") ?? "",
    };
    const control = {
        sendAt: h("input", {name: "sendAt", type: "datetime-local", required: true, value: was.sendAt}),
        message: h("textarea", {name: "message", rows: 4, required: true, maxlength: 1600, dir: "auto", value: was.message}),
        offer: h("input", {name: "offer", required: true, dir: "auto", value: was.offer}),
        offerCode: h("input", {name: "offerCode", required: true, value: was.offerCode}),
        maxCost: h("input", {name: "maxCost", inputmode: "decimal", pattern: "[0-9]+([.][0-9]{1,4})?", value: was.maxCost,
            title: "An amount like 12.50"}),
    };
    const when = h("p", {class: "hint", role: "status"});
    const notes = h("p", {class: "hint", role: "status"});
    const describe = () => {
        setText(when, control.sendAt.value ? `It leaves ${inWords(control.sendAt.value)}.` : "");
        fill(notes, messageNotes(control.message.value, null));
    };
    for (const each of [control.sendAt, control.message]) each.addEventListener("input", describe);
    describe();
    await confirmed({
        title: "Change this campaign",
        content: [
            field("Date and time", control.sendAt), when, field("Text", control.message), notes,
            field("Offer", control.offer), field("Offer code", control.offerCode),
            field("Spending limit in USD", control.maxCost, "Empty: no limit."),
        ],
        action: "Save",
        act: async (form) => {
            const changed = changesOf(Object.fromEntries(form), was);
            if (Object.keys(changed).length === 0) return;
            update(await patch(campaignPath(campaign.campaignId), changed));
            toast("Changed.");
        },
    });
}

function changesOf(now, was) {
    const changed = {};
    for (const [name, value] of Object.entries(now)) if (value.trim() !== was[name]) changed[name] = value.trim();
    if (changed.sendAt) changed.sendAt = new Date(changed.sendAt).toISOString();
    if (changed.maxCost === "") changed.maxCost = null;
    return changed;
}
