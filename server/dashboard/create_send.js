// The last question before a campaign goes out, and its upload.

import {upload} from "./api.js";
import {confirmed, facts} from "./dialogs.js";
import {h} from "./dom.js";
import {count, duration, fullDate, money, percent, plural} from "./format.js";

// A new key for each review: a repeated request does not create a second campaign. crypto.randomUUID would need https.
function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function reviewAndSend({form, checked, signal}) {
    if (!form.isValid()) return;
    const details = form.details(), file = form.file(), key = newKey();
    const number = plural(checked.targetCustomers, "message");
    const price = money(checked.estimatedCost);
    const progress = h("progress", {max: 1, value: 0, hidden: true, "aria-label": "Upload"});
    let created = null, again = {};
    const done = await confirmed({
        title: details.sendAt ? `Schedule ${number}?` : `Send ${number} now?`,
        content: [summary(details, checked), progress],
        action: `${details.sendAt ? "Schedule" : "Send"} ${number} for ${price}`,
        act: async (answers, yes) => {
            progress.hidden = false;
            created = await upload("/api/campaigns/sms", form.encoded({...details, ...again}, file), {
                headers: {Prefer: "respond-async", "Idempotency-Key": key},
                progress: (share) => { progress.value = share; },
                signal,
            }).catch((error) => {
                progress.hidden = true;
                if (error.status === 409 && error.body?.campaignId) {
                    again = {confirmRepeat: "true"};
                    yes.textContent = `Send ${number} once more`;
                } else form.showFault(error);
                throw error;
            });
        },
    });
    if (done) location.hash = `#/campaigns/${encodeURIComponent(created.data.campaignId)}`;
}

const isSimulated = () => !document.getElementById("simulated").hidden;

function summary(details, checked) {
    const {maxCost, quietHours, timeZone} = details;
    return [
        isSimulated() && h("p", {class: "simulated-note"}, "Simulated: nothing reaches a phone and nothing is charged."),
        facts([
            ["Recipients", count(checked.targetCustomers)],
            ["Cost", `${money(checked.estimatedCost)} for ${plural(checked.totalSegments, "segment")}`],
            maxCost && ["Budget", budgetText(maxCost, checked.estimatedCost)],
            ["Leaves", details.sendAt ? fullDate(details.sendAt) : "immediately"],
            ["Takes", `about ${duration(Math.max(1, checked.estimatedSeconds))}`],
            quietHours && ["Quiet hours", `${quietHours.replace("-", "–")} ${timeZone || "in each customer's time zone"}`],
            checked.leftOut && ["Left out", checked.leftOut.replace(/^Left out: /, "")],
            details.from && ["Sender", details.from],
        ]),
    ];
}

function budgetText(maxCost, cost) {
    const enough = Number(maxCost) >= Number(cost);
    return enough ? money(maxCost) : `${money(maxCost)}: sending pauses at ${percent(Number(maxCost), Number(cost))} of the list`;
}
