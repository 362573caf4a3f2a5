// The form of a new campaign, in its three steps.

import {field, fill, h} from "../shell/dom.js";
import {isPlainable, plainly} from "../text/segments.js";
import {messageNotes} from "../text/message_notes.js";
import {standing} from "../text/template.js";
import {dropZone} from "./drop_zone.js";
import {createFields, detailsOf, encoded, putInto, typedInto} from "./fields.js";
import {createListTable} from "./list_table.js";
import {createSchedule} from "./schedule.js";

const requiredColumns = ["customer_name", "phone_number", "last_order_date"];

// `changed` is called after each change; `decided` when a choice about the list was made: the file must be read again.
// `parts`: what other modules put into the steps.
export function createForm({changed, decided, parts}) {
    const controls = createFields();
    const inserts = h("div", {class: "inserts", role: "group", "aria-label": "Insert into the message"});
    const messageNote = h("p", {class: "hint", role: "status"});
    let columns = null;
    const table = createListTable(() => decided());
    const zone = dropZone((file) => {
        table.forget();
        columns = null;
        showInserts(inserts, [], insert);
        noteMessage();
        changed(file);
    });
    const schedule = createSchedule(controls.sendAt);
    const insert = (name) => {
        const {message} = controls;
        message.setRangeText(`{${name}}`, message.selectionStart, message.selectionEnd, "end");
        message.focus();
        message.dispatchEvent(new Event("input", {bubbles: true}));
    };
    const noteMessage = () => fill(messageNote, messageNotes(controls.message.value, columns));
    showInserts(inserts, [], insert);

    const sections = {
        list: listStep(controls, zone, table, parts.list), message: messageStep(controls, inserts, messageNote, parts.message),
        send: sendStep(controls, schedule, parts.send),
    };
    const element = h("form", {class: "create-form", novalidate: true, onsubmit: (event) => event.preventDefault()},
        Object.values(sections));
    element.addEventListener("input", (event) => {
        if (!event.target.name || event.target.type === "file" || table.element.contains(event.target)) return;
        event.target.classList.remove("faulty");
        event.target.closest(".field")?.querySelector(".field-fault")?.remove();
        noteMessage();
        changed();
    });

    return {
        element, sections, controls,
        details: () => ({...detailsOf(controls), ...table.choices()}),
        listChoices: table.choices,
        showList: (list) => {
            table.show(list);
            if (!list) return;
            const names = list.labels.map((label) => label.trim().toLowerCase());
            columns = [...new Set([...names, ...requiredColumns])];
            showInserts(inserts, columns, insert);
            noteMessage();
        },
        file: zone.file,
        isReadable: zone.isReadable,
        showProgress: zone.showProgress,
        askForFile: zone.askForFile,
        encoded,
        typed: () => typedInto(controls),
        put: (typed) => {
            putInto(controls, typed);
            schedule.refresh();
            noteMessage();
        },
        faultyIn: (section) => firstFault(controls, section),
        showFaults: (faults) => showFieldFaults(controls, faults),
        showFault: (error, file) => {
            const faults = Array.isArray(error.body?.detail) ? error.body.detail : [];
            zone.showFault(faults.length === 0 && file ? error.message : "");
            return showFieldFaults(controls, faults);
        },
        usePlain: () => {
            for (const control of [controls.message, controls.offer, controls.restaurantName])
                if (isPlainable(control.value)) control.value = plainly(control.value);
            controls.plainCharacters.checked = true;
            changed();
        },
    };
}

const step = (title, ...content) => h("section", {class: "step-section"}, h("h2", {class: "step-title", tabindex: -1}, title), content);

const listStep = (c, zone, table, result) => step("Who gets it?",
    h("section", {class: "card"}, zone.element, table.element),
    h("section", {class: "card"}, h("div", {class: "fields"},
        field("Lapsed after, in days", c.lapsedAfterDays, "Days since the last order. 0 includes everyone in the file."),
        field("Leave out whom you texted within, in hours", c.notTextedWithinHours, "0 leaves out no one."))),
    result);

const messageStep = (c, inserts, messageNote, more) => step("What do they get?",
    h("section", {class: "card"},
        h("div", {class: "fields"}, field("Restaurant", c.restaurantName), field("Offer code", c.offerCode)),
        field("Offer", c.offer), field("Text", c.message), messageNote, inserts,
        switchField("Use plain characters", c.plainCharacters,
            "Replaces curly quotes, long dashes and the like, in your text and in the file, so that a text costs less.")),
    more);

const sendStep = (c, schedule, more) => step("When, and for how much?",
    h("section", {class: "card"}, schedule.element,
        field("Spending limit in USD", c.maxCost, "Sending pauses before it would cost more. Empty: no limit.")),
    h("details", {class: "card more-options"}, h("summary", {}, "More options"),
        h("div", {class: "fields"},
            field("Quiet from", c.quietFrom, "Nothing arrives during these hours."), field("Quiet until", c.quietUntil),
            field("Time zone of the quiet hours", c.timeZone, "Empty: each customer's own, by the phone number."),
            field("Sender", c.from, "A number of your Twilio account."),
            field("Name of the campaign", c.name, "For your list; customers do not see it.")),
        h("datalist", {id: "time-zones"}, Intl.supportedValuesOf("timeZone").map((name) => h("option", {value: name})))),
    more);

// The label beside the control, as with a switch in a phone's settings.
function switchField(label, control, hint) {
    const element = field(label, control, hint);
    element.classList.add("switch-field");
    return element;
}

function showInserts(inserts, columns, insert) {
    const required = ["phone_number", "last_order_date"];
    const names = [...new Set([...standing, ...columns.filter((name) => name && !required.includes(name))])];
    fill(inserts, names.map((name) =>
        h("button", {class: "insert", type: "button", onclick: () => insert(name)}, `{${name}}`)));
}

// Why a field cannot stay as it is; '': it can. Quiet hours are complete or absent.
function faultOf(name, controls) {
    const control = controls[name];
    const isHalf = Boolean(controls.quietFrom.value) !== Boolean(controls.quietUntil.value);
    if (isHalf && name === (controls.quietFrom.value ? "quietUntil" : "quietFrom"))
        return "Enter both ends of the quiet hours, or neither.";
    if (name === "sendAt" && control.value && new Date(control.value) < new Date())
        return "This time has passed. Choose a later one, or send as soon as you confirm.";
    if (control.validity.valueMissing) return `${control.labels[0]?.textContent ?? "This"} is missing.`;
    if (!control.validity.valid) return control.title || control.validationMessage;
    return "";
}

// The first control of a section that cannot stay as it is, with a sentence beside it; or undefined.
function firstFault(controls, section) {
    const faults = Object.keys(controls).filter((name) => section.contains(controls[name]))
        .map((name) => ({loc: [name], msg: faultOf(name, controls)})).filter(({msg}) => msg);
    return showFieldFaults(controls, faults, section);
}

// Each fault beside its field; gives the first such field.
function showFieldFaults(controls, faults, within = document) {
    for (const control of Object.values(controls)) if (within.contains(control)) control.classList.remove("faulty");
    for (const note of within.querySelectorAll(".create-form .field-fault, .field .field-fault")) note.remove();
    let first;
    for (const {loc, msg} of faults) {
        const control = controls[loc?.at(-1)] ?? (loc?.at(-1) === "quietHours" ? controls.quietFrom : null);
        if (!control) continue;
        control.classList.add("faulty");
        control.closest("details")?.setAttribute("open", "");
        control.closest(".field").append(h("p", {class: "fault field-fault", role: "alert"}, msg));
        first ??= control;
    }
    return first;
}
