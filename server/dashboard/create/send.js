// The last question before a campaign goes out, its upload, and the way back for ten seconds.

import {campaignPath, post, upload} from "../shell/api.js";
import {confirmed, facts, toast, undoable} from "../shell/dialogs.js";
import {bubble, h} from "../shell/dom.js";
import {count, duration, inWords, money, percent, plural, units} from "../shell/format.js";

// A new key for each review: a repeated request does not create a second campaign. crypto.randomUUID would need https.
function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// How long "Undo" is offered; the server holds a campaign a second longer.
const undoSeconds = () => Number(document.getElementById("toasts").dataset.undoSeconds);

// `person`: whose message the dialog shows. `sent` is called when the campaign exists, `undone` when it was taken back.
export async function reviewAndSend({form, checked, person, signal, sent, undone}) {
    const details = form.details(), file = form.file(), key = newKey();
    const number = plural(checked.targetCustomers, "message");
    const progress = h("progress", {max: 1, value: 0, hidden: true, "aria-label": "Upload"});
    const hold = details.sendAt ? {} : {holdSeconds: String(undoSeconds() + 1)};
    let created = null, again = {};
    const done = await confirmed({
        title: details.sendAt ? `Schedule ${number}?` : `Send ${number} now?`,
        content: [summary(details, checked, person), progress],
        action: actionOf(details, checked),
        act: async (answers, yes) => {
            progress.hidden = false;
            created = await upload("/api/campaigns/sms", form.encoded({...details, ...hold, ...again}, file), {
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
    if (!done) return;
    sent();
    location.hash = `#/campaigns/${encodeURIComponent(created.data.campaignId)}`;
    const what = details.sendAt ? `Scheduled: leaves ${inWords(details.sendAt)}.` : `Sending ${number}.`;
    undoable(what, undoSeconds(), () => takeBack(created.data.campaignId, undone));
}

async function takeBack(campaignId, undone) {
    try {
        const {metrics} = await post(campaignPath(campaignId, "/cancel"));
        toast(metrics.accepted + metrics.sending > 0
            ? `Canceled, but ${plural(metrics.accepted + metrics.sending, "message")} had left already.`
            : "Undone: nothing was sent. Your draft is back; choose the list again.");
        undone();
    } catch (error) {
        toast(error.message, "bad");
    }
}

const isLimited = ({maxCost}, {estimatedCost}) => maxCost !== "" && units(maxCost) < units(estimatedCost);

function actionOf(details, checked) {
    const verb = details.sendAt ? "Schedule" : "Send";
    if (isLimited(details, checked)) return `${verb} for at most ${money(details.maxCost)}`;
    return `${verb} ${plural(checked.targetCustomers, "message")} for ${money(checked.estimatedCost)}`;
}

const isSimulated = () => !document.getElementById("simulated").hidden;

function summary(details, checked, person) {
    const {quietHours, timeZone} = details;
    return [
        isSimulated() && h("p", {class: "simulated-note"}, "Simulated: nothing reaches a phone and nothing is charged."),
        h("p", {class: "hint"}, `What ${person.name} gets:`), bubble(person.text),
        facts([
            ["To", `${plural(checked.targetCustomers, "person", "people")}`],
            ["When", details.sendAt ? inWords(details.sendAt) : "as soon as you confirm"],
            ["Costs at most", costText(details, checked)],
            ["Takes", `about ${duration(Math.max(1, checked.estimatedSeconds))}`],
            quietHours && ["Quiet hours", `${quietHours.replace("-", "–")} ${timeZone || "in each customer's time zone"}`],
            ["Left out", checked.leftOut ? checked.leftOut.replace(/^Left out: /, "") : "no one who has lapsed"],
            details.from && ["Sender", details.from],
        ]),
    ];
}

function costText(details, checked) {
    const segments = `${count(checked.totalSegments)} segment${checked.totalSegments === 1 ? "" : "s"}`;
    if (!isLimited(details, checked)) return `${money(checked.estimatedCost)} for ${segments}`;
    return `${money(details.maxCost)}, your spending limit: it pays for about ` +
        `${percent(Number(details.maxCost), Number(checked.estimatedCost))} of the list, then sending pauses ` +
        `(everyone: ${money(checked.estimatedCost)})`;
}
