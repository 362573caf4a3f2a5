// The form of a new campaign.

import {readCustomers} from "./customers.js";
import {createListTable} from "./create_list.js";
import {dropZone} from "./drop_zone.js";
import {field, fill, h} from "./dom.js";
import {messageNotes} from "./message_notes.js";
import {isPlainable, plainly} from "./segments.js";
import {standing} from "./template.js";

const defaultMessage = "Hi {customer_name}! We miss you at {restaurant_name}! {offer} Use code {offer_code}. " +
    "Reply STOP to opt out";
const optional = {required: false};
const requiredColumns = ["customer_name", "phone_number", "last_order_date"];

function input(name, properties = {}) {
    return h("input", {name, required: true, autocomplete: "off", ...properties});
}

// `decided` is called when a choice about the list was made: the file must be read again.
export function createForm({changed, decided}) {
    const controls = {
        restaurantName: input("restaurantName", {placeholder: "Luigi's"}),
        offer: input("offer", {placeholder: "20% off any pizza."}),
        offerCode: input("offerCode", {placeholder: "SAVE20"}),
        name: input("name", {...optional, placeholder: "Restaurant and code"}),
        message: h("textarea", {name: "message", rows: 4, required: true, value: defaultMessage, maxlength: 1600}),
        lapsedAfterDays: input("lapsedAfterDays", {type: "number", min: 0, max: 36500, value: 30}),
        sendAt: input("sendAt", {...optional, type: "datetime-local"}),
        maxCost: input("maxCost", {...optional, inputmode: "decimal", pattern: "[0-9]+([.][0-9]{1,4})?", placeholder: "25.00",
            title: "An amount like 12.50"}),
        plainCharacters: h("input", {name: "plainCharacters", type: "checkbox"}),
        from: input("from", {...optional, inputmode: "tel", placeholder: "As configured"}),
        quietFrom: input("quietFrom", {...optional, type: "time"}),
        quietUntil: input("quietUntil", {...optional, type: "time"}),
        timeZone: input("timeZone", {...optional, list: "time-zones", placeholder: "Each customer's own"}),
        notTextedWithinHours: input("notTextedWithinHours", {type: "number", min: 0, max: 8760, value: 24}),
    };
    const inserts = h("div", {class: "inserts", role: "group", "aria-label": "Insert into the message"});
    const messageNote = h("p", {class: "hint", role: "status"});
    let customers = {columns: [], customers: []};
    const table = createListTable(() => decided());

    const zone = dropZone(async (file) => {
        table.forget();
        customers = await readCustomers(file);
        showInserts(inserts, customers.columns, insert);
        noteMessage();
        changed();
    });
    const insert = (name) => {
        const {message} = controls;
        message.setRangeText(`{${name}}`, message.selectionStart, message.selectionEnd, "end");
        message.focus();
        message.dispatchEvent(new Event("input", {bubbles: true}));
    };
    const noteMessage = () =>
        fill(messageNote, messageNotes(controls.message.value, customers.columns.length ? customers.columns : null));
    showInserts(inserts, [], insert);

    const element = h("form", {class: "create-form", novalidate: true, onsubmit: (event) => event.preventDefault()},
        layOut(controls, zone, table, inserts, messageNote));
    element.addEventListener("input", (event) => {
        if (event.target.type === "file" || table.element.contains(event.target)) return;
        event.target.classList.remove("faulty");
        noteMessage();
        changed();
    });

    const showFaults = (faults) => showFieldFaults(controls, faults);
    return {
        element,
        details: () => ({...detailsOf(controls), ...table.choices()}),
        listChoices: table.choices,
        showList: (list) => {
            table.show(list);
            if (!list) return;
            const names = list.labels.map((label) => label.trim().toLowerCase());
            customers = {...customers, columns: [...new Set([...names, ...requiredColumns])]};
            showInserts(inserts, customers.columns, insert);
            noteMessage();
        },
        customers: () => customers,
        file: zone.file,
        isReadable: zone.isReadable,
        showProgress: zone.showProgress,
        encoded,
        isValid: () => checkAll(element, controls),
        showFaults,
        showFault: (error, file) => {
            const faults = Array.isArray(error.body?.detail) ? error.body.detail : [];
            showFaults(faults);
            zone.showFault(faults.length === 0 && file ? error.message : "");
        },
        usePlain: () => {
            for (const control of [controls.message, controls.offer, controls.restaurantName])
                if (isPlainable(control.value)) control.value = plainly(control.value);
            controls.plainCharacters.checked = true;
            changed();
        },
    };
}

function layOut(c, zone, table, inserts, messageNote) {
    return [
        h("section", {class: "card"}, h("h2", {}, "Customers"), zone.element, table.element,
            field("Lapsed after", c.lapsedAfterDays, "Days since the last order. 0 includes everyone in the file.")),
        h("section", {class: "card"}, h("h2", {}, "Message"),
            h("div", {class: "fields"}, field("Restaurant", c.restaurantName), field("Offer code", c.offerCode)),
            field("Offer", c.offer),
            field("Text", c.message), messageNote, inserts,
            field("Plain characters", c.plainCharacters, "Replaces curly quotes, dashes and no-break spaces, in the file too.")),
        h("section", {class: "card"}, h("h2", {}, "Time and limits"),
            h("div", {class: "fields"},
                field("Send at", c.sendAt, "Empty: as soon as you confirm."),
                field("Budget in USD", c.maxCost, "Sending pauses before it would cost more."),
                field("Quiet from", c.quietFrom, "Nothing arrives during these hours."),
                field("Quiet until", c.quietUntil),
                field("Time zone of the quiet hours", c.timeZone, "Empty: each customer's own, by the phone number."),
                field("Not texted within", c.notTextedWithinHours,
                    "Hours. Leaves out whom a campaign has texted since then; 0 leaves out no one."),
                field("Sender", c.from, "A number of your Twilio account."),
                field("Name of the campaign", c.name, "For your list; customers do not see it.")),
            h("datalist", {id: "time-zones"}, Intl.supportedValuesOf("timeZone").map((name) => h("option", {value: name})))),
    ];
}

function showInserts(inserts, columns, insert) {
    const required = ["phone_number", "last_order_date"];
    const names = [...new Set([...standing, ...columns.filter((name) => name && !required.includes(name))])];
    fill(inserts, names.map((name) =>
        h("button", {class: "insert", type: "button", onclick: () => insert(name)}, `{${name}}`)));
}

function detailsOf(c) {
    const value = (name) => c[name].value.trim();
    const hasQuietHours = c.quietFrom.value && c.quietUntil.value;
    return {
        restaurantName: value("restaurantName"), offer: value("offer"), offerCode: value("offerCode"), name: value("name"),
        message: value("message") || defaultMessage,
        lapsedAfterDays: value("lapsedAfterDays") || "30",
        sendAt: c.sendAt.value ? new Date(c.sendAt.value).toISOString().replace(/\.\d+Z$/, "Z") : "",
        maxCost: value("maxCost"), from: value("from"),
        plainCharacters: c.plainCharacters.checked ? "true" : "",
        quietHours: hasQuietHours ? `${c.quietFrom.value}-${c.quietUntil.value}` : "",
        timeZone: hasQuietHours ? value("timeZone") : "",
        notTextedWithinHours: value("notTextedWithinHours") || "0",
    };
}

function encoded(details, file) {
    const form = new FormData();
    for (const [name, value] of Object.entries(details)) if (value !== "") form.append(name, value);
    if (file) form.append("customerList", file);
    return form;
}

// Quiet hours are complete or absent; the browser checks the rest and moves to the first fault.
function checkAll(element, {quietFrom, quietUntil}) {
    const half = Boolean(quietFrom.value) !== Boolean(quietUntil.value);
    (quietFrom.value ? quietUntil : quietFrom).setCustomValidity(half ? "Enter both ends of the quiet hours, or neither." : "");
    const isValid = element.reportValidity();
    quietFrom.setCustomValidity("");
    quietUntil.setCustomValidity("");
    return isValid;
}

// The server's faults, each beside its field.
function showFieldFaults(controls, faults) {
    for (const control of Object.values(controls)) control.classList.remove("faulty");
    for (const note of document.querySelectorAll(".field .field-fault")) note.remove();
    for (const {loc, msg} of faults) {
        const control = controls[loc?.at(-1)] ?? (loc?.at(-1) === "quietHours" ? controls.quietFrom : null);
        if (!control) continue;
        control.classList.add("faulty");
        control.closest(".field").append(h("p", {class: "fault field-fault", role: "alert"}, msg));
    }
}

