// Creates a campaign: the file, the text, the limits; beside them what would be sent, to whom, at what price.

import {upload} from "./api.js";
import {createForm} from "./create_form.js";
import {createPreview} from "./create_preview.js";
import {reviewAndSend} from "./create_send.js";
import {fill, h, settled} from "./dom.js";
import {duration, money, plural} from "./format.js";

const resendAtMost = 4 * 1024 * 1024; // a larger file is not uploaded again for every change to the text

// For fields that are still empty, so that a file can be checked before the text is written.
const standIns = {restaurantName: "Your restaurant", offer: "Your offer.", offerCode: "CODE"};

export function show(main, {signal}) {
    // What the download of all bad rows is asked with.
    const rejectedForm = () => {
        const details = form.details();
        const wanted = Object.fromEntries(Object.entries(standIns).map(([name, text]) => [name, details[name] || text]));
        return form.encoded({...wanted, message: details.message, ...form.listChoices()}, form.file());
    };
    const form = createForm({signal, changed: () => changed(), decided: () => decided()});
    const preview = createPreview({usePlain: form.usePlain, rejectedForm});
    const bar = sendBar(() => reviewAndSend({form, checked, signal}), () => check());
    fill(main, h("h1", {}, "New campaign"),
        h("div", {class: "create"}, form.element, preview.element), bar.element);

    let checked = null; // what the server said about exactly this form
    let running = null, judged = null;

    const check = async () => {
        running?.abort();
        const turn = running = new AbortController();
        const details = form.details(), file = form.file();
        if (!await form.isReadable(file)) return bar.idle("Choose the file again: it has changed since you chose it.");
        const wanted = Object.fromEntries(Object.entries(standIns).map(([name, text]) => [name, details[name] || text]));
        bar.busy();
        try {
            const body = form.encoded({...wanted, message: details.message,
                lapsedAfterDays: details.lapsedAfterDays, notTextedWithinHours: details.notTextedWithinHours,
                plainCharacters: details.plainCharacters, ...form.listChoices()}, file);
            const reply = await upload("/api/campaigns/sms/preview", body,
                {progress: form.showProgress, signal: turn.signal});
            if (signal.aborted || turn !== running) return;
            checked = reply.preview;
            judged = file;
            form.showProgress(null);
            form.showFault({message: ""}, file);
            form.showList(checked.list);
            draw();
        } catch (error) {
            if (signal.aborted || turn !== running) return;
            form.showProgress(null);
            form.showFault(error, file);
            form.showList(unreadList(error.body));
            preview.showRefused(error.body, form);
            bar.idle(error.message);
        }
    };
    const checkSoon = settled(check, 500);
    signal.addEventListener("abort", () => running?.abort());

    const draw = () => {
        preview.show({details: form.details(), customers: form.customers(), checked});
        bar.show(form, checked);
    };
    const changed = () => {
        const file = form.file();
        const isNewFile = file !== judged;
        running?.abort();
        checked = isNewFile ? null : checked && {...checked, isOutdated: true};
        draw();
        if (!file) return;
        if (!isNewFile && file.size > resendAtMost) return;
        checkSoon();
    };
    const decided = () => {
        checked = null;
        draw();
        check();
    };
    changed();
}

// What is known of a list that was refused: its columns can be reassigned.
function unreadList(body) {
    if (body?.list) return body.list;
    if (!body?.missing) return null;
    return {labels: body.columnsFound, columns: {}, firstRows: [], questions: [], sheets: []};
}

// The foot of the page: how many, how much, how long, and the next step.
function sendBar(review, check) {
    const text = h("p", {class: "send-text", role: "status"});
    const go = h("button", {class: "button primary", type: "button", onclick: review}, "Review and send");
    const again = h("button", {class: "button", type: "button", onclick: check, hidden: true}, "Count again");
    const element = h("div", {class: "send-bar"}, text, again, go);
    const idle = (sentence) => {
        fill(text, sentence);
        go.disabled = true;
        again.hidden = true;
    };
    const busy = () => idle("Counting…");
    const show = (form, checked) => {
        const file = form.file();
        if (!file) return idle("Drop in the list of your customers to see how many get it and what it costs.");
        if (!checked) return busy();
        if (checked.list?.questions.length) return idle("Answer the question about your list first.");
        if (checked.targetCustomers === 0 && checked.leftOut) return idle(`No one would get it. ${checked.leftOut}`);
        if (checked.targetCustomers === 0) return idle("No customer in this file is lapsed; try fewer days.");
        fill(text, h("strong", {}, plural(checked.targetCustomers, "message")), " · ",
            h("strong", {}, money(checked.estimatedCost)), ` · ${plural(checked.totalSegments, "segment")}` +
            ` · about ${duration(Math.max(1, checked.estimatedSeconds))}`);
        again.hidden = !(checked.isOutdated && file.size > resendAtMost);
        go.disabled = Boolean(checked.isOutdated);
        if (checked.isOutdated) text.append(again.hidden ? " · counting again…" : " · before your last change");
    };
    return {element, idle, busy, show};
}
