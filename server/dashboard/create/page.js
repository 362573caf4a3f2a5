// Creates a campaign in three steps: the list, the message, the sending; beside them what customers would get.

import {campaignPath, connection, get, upload} from "../shell/api.js";
import {empty, fill, h, settled} from "../shell/dom.js";
import {duration, fullDate, money, plural} from "../shell/format.js";
import {may} from "../shell/session.js";
import {openDraft} from "./draft.js";
import {typedFor} from "./fields.js";
import {createForm} from "./form.js";
import {listResult} from "./list_result.js";
import {createPreview} from "./preview.js";
import {reviewAndSend} from "./send.js";
import {createSteps, stepNames} from "./steps.js";
import {testMessage} from "./test_message.js";

const resendAtMost = 4 * 1024 * 1024; // a larger file is not uploaded again for every change to the text

// For fields that are still empty, so that a file can be checked before the text is written.
const standIns = {restaurantName: "Your restaurant", offer: "Your offer.", offerCode: "CODE"};

let takenBack = null; // what the form said of the campaign that was just undone

export async function show(main, {signal, parameter: copied}) {
    if (!may("campaigns:write")) return fill(main, h("h1", {}, "New campaign"), notAllowed());
    // What the download of all bad rows is asked with.
    const wanted = () => {
        const details = form.details();
        const named = Object.fromEntries(Object.entries(standIns).map(([name, text]) => [name, details[name] || text]));
        const {message, lapsedAfterDays, notTextedWithinHours, plainCharacters} = details;
        return {...named, message, lapsedAfterDays, notTextedWithinHours, plainCharacters, ...form.listChoices()};
    };
    const result = listResult(() => form.encoded(wanted(), form.file()));
    const test = may("messages:send") && testMessage((show) => {
        if (!form.file()) return show("Choose the list first: the test is its first customer's message.");
        const faulty = form.faultyIn(form.sections.message);
        if (faulty) return faulty.focus();
        return {form: (more) => form.encoded({...form.details(), sendAt: "", ...more}, form.file())};
    });
    const form = createForm({changed: () => changed(), decided: () => decided(), parts: {list: result.element, message: test}});
    const preview = createPreview({usePlain: form.usePlain, sought: () => form.file() && check()});
    const layout = h("div", {class: "create"}, form.element, preview.element);
    const steps = createSteps(form.sections, (name) => {
        layout.dataset.step = name;
        draw();
    });
    const bar = sendBar({again: () => check(), back: () => steps.go(steps.before()), next: () => goOn()});
    const note = h("div");
    fill(main, h("h1", {}, "New campaign"), steps.element, note, layout, bar.element);

    let checked = null; // what the server said about exactly this form
    let running = null, judged = null, draft = null;

    const check = async () => {
        running?.abort();
        const turn = running = new AbortController();
        const file = form.file();
        if (!await form.isReadable(file)) return bar.idle("Choose the file again: it has changed since you chose it.");
        bar.busy();
        try {
            const reply = await upload("/api/campaigns/sms/preview",
                form.encoded({...wanted(), previewOf: preview.sought()}, file),
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
            result.showRefused(error.body);
            bar.idle(error.message);
        }
    };
    const checkSoon = settled(check, 500);
    connection.addEventListener("back", () => form.file() && checkSoon(), {signal});
    signal.addEventListener("abort", () => running?.abort());

    const draw = () => {
        result.show(checked);
        preview.show({details: form.details(), checked});
        bar.show(form, checked, steps.at());
        steps.mark("list", Boolean(checked?.targetCustomers && !checked.list?.questions.length));
        steps.mark("message", Object.keys(standIns).every((name) => form.controls[name].value.trim()));
    };
    const untouched = JSON.stringify(form.typed());
    const keep = () => {
        const typed = form.typed();
        if (JSON.stringify(typed) === untouched) draft?.forget();
        else draft?.save(typed);
    };
    const changed = () => {
        const file = form.file();
        const isNewFile = file !== judged;
        running?.abort();
        checked = isNewFile ? null : checked && {...checked, isOutdated: true};
        keep();
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
    const goOn = () => {
        const first = steps.next() ? [steps.at()] : stepNames;
        for (const name of first) {
            if (name === "list" && !form.file()) {
                if (steps.at() !== "list") steps.go("list");
                return form.askForFile();
            }
            const faulty = form.faultyIn(form.sections[name]);
            if (!faulty) continue;
            if (steps.at() !== name) steps.go(name);
            return faulty.focus();
        }
        if (steps.next()) return steps.go(steps.next());
        review();
    };
    const review = async () => {
        const typed = form.typed();
        await reviewAndSend({
            form, checked, person: preview.person(), signal,
            sent: () => draft?.forget(),
            undone: () => {
                takenBack = typed;
                location.hash = "#/new";
            },
        });
        const faulty = form.element.querySelector(".faulty");
        if (!signal.aborted && faulty) steps.go(steps.of(faulty));
    };

    steps.show("list");
    changed();
    draft = await openDraft(signal, Boolean(copied) || takenBack !== null);
    if (signal.aborted) return;
    await putBack({form, draft, copied, note});
    changed();
}

const notAllowed = () => empty("You may look, but not send",
    "Creating campaigns needs the role of a marketer. Ask an administrator if you need it.",
    h("a", {class: "button", href: "#/"}, "All campaigns"));

// Fills the form with what was undone, what is copied, or the draft, and says so.
async function putBack({form, draft, copied, note}) {
    const startOver = h("button", {class: "linklike", type: "button", onclick: () => {
        draft.forget();
        location.reload();
    }}, "Start over");
    const say = (...words) => fill(note, h("p", {class: "draft-note", role: "status"}, words));
    if (takenBack) {
        form.put(takenBack);
        takenBack = null;
        return say("Nothing was sent. Here is your campaign again; choose the list once more.");
    }
    if (copied) {
        const campaign = await get(campaignPath(copied)).catch(() => null);
        if (!campaign) return say("The campaign to copy could not be read.");
        form.put(typedFor(campaign));
        return say(`A copy of “${campaign.name}”. Choose a list.`);
    }
    if (!draft.typed) return;
    form.put(draft.typed);
    say(`Your draft of ${fullDate(new Date(draft.savedAt).toISOString())} is back. Choose the list again; this browser does not keep it. `,
        startOver);
}

// What is known of a list that was refused: its columns can be reassigned.
function unreadList(body) {
    if (body?.list) return body.list;
    if (!body?.missing) return null;
    return {labels: body.columnsFound, columns: {}, firstRows: [], questions: [], sheets: []};
}

// The foot of the page: how many, how much, how long, and the next step.
function sendBar({again: check, back: goBack, next}) {
    const text = h("p", {class: "send-text", role: "status"});
    const go = h("button", {class: "button primary", type: "button", onclick: next}, "Continue");
    const back = h("button", {class: "button", type: "button", onclick: goBack}, "Back");
    const again = h("button", {class: "button", type: "button", onclick: check, hidden: true}, "Count again");
    const element = h("div", {class: "send-bar"}, text, again, back, go);
    let isLast = false;
    const idle = (sentence) => {
        fill(text, sentence);
        go.disabled = isLast;
        again.hidden = true;
    };
    const busy = () => idle("Counting…");
    const show = (form, checked, step) => {
        isLast = step === "send";
        back.hidden = step === "list";
        go.textContent = isLast ? "Review and send" : "Continue";
        const file = form.file();
        if (!file) {
            idle("Choose the list of your customers to see how many get it and what it costs.");
            go.disabled = false; // says what is missing
            return;
        }
        if (!checked) return busy();
        if (checked.list?.questions.length) return idle("Answer the question about your list first.");
        if (checked.targetCustomers === 0 && checked.leftOut) return idle(`No one would get it. ${checked.leftOut}`);
        if (checked.targetCustomers === 0) return idle("No customer in this file is lapsed; try fewer days.");
        fill(text, h("strong", {}, plural(checked.targetCustomers, "message")), " · ",
            h("strong", {}, money(checked.estimatedCost)), ` · ${plural(checked.totalSegments, "segment")}` +
            ` · about ${duration(Math.max(1, checked.estimatedSeconds))}`);
        again.hidden = !(checked.isOutdated && file.size > resendAtMost);
        go.disabled = isLast && Boolean(checked.isOutdated);
        if (checked.isOutdated) text.append(again.hidden ? " · counting again…" : " · before your last change");
    };
    return {element, idle, busy, show};
}
