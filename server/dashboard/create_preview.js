// What a new campaign would do: the message on the first customers' phones, the rows of the file, the rejected ones.

import {firstMessages} from "./customers.js";
import {download} from "./api.js";
import {card, fill, h, setText, tableHead} from "./dom.js";
import {count, plural} from "./format.js";
import {bubble} from "./phone.js";
import {isPlainable, measure} from "./segments.js";

const example = {customer_name: "John"};

// `rejectedForm` gives the form that all bad rows are downloaded with.
export function createPreview({usePlain, rejectedForm}) {
    const message = messagePreview(usePlain);
    const rows = h("div", {class: "row-figures"});
    const rowsCard = card("The file", rows);
    const rejected = h("div");
    const rejectedCard = card("Rows that are left out", rejected);
    const element = h("div", {class: "create-preview"}, message.element, rowsCard, rejectedCard);

    const show = ({details, customers, checked}) => {
        const words = details.message + details.offer + details.restaurantName;
        message.show(messagesOf(details, customers, checked), isPlainable(words) && !details.plainCharacters);
        const stats = checked?.csvStats;
        rowsCard.hidden = !stats;
        rejectedCard.hidden = !stats || stats.errors === 0;
        if (stats) fill(rows, figuresOf(stats));
        if (stats) fill(rejected, rejectedRows(checked.csvErrors, checked.list?.reasons ?? [], stats.errors, rejectedForm));
    };
    const showRefused = (body) => {
        rejectedCard.hidden = !body?.reasons?.length;
        if (rejectedCard.hidden) return;
        const all = body.reasons.reduce((sum, reason) => sum + reason.count, 0);
        fill(rejected, rejectedRows(body.csvErrors, body.reasons, all, rejectedForm));
    };
    return {element, show, showRefused};
}

function messagesOf(details, customers, checked) {
    const named = {...details, restaurantName: details.restaurantName || "Your restaurant",
        offer: details.offer || "Your offer.", offerCode: details.offerCode || "CODE"};
    const first = firstMessages(customers, named, checked?.csvErrors ?? []);
    if (first.length) return first;
    if (checked?.csvStats && checked.targetCustomers > 0) return [{row: null, name: "The first customer", text: checked.sampleMessage}];
    const john = {row: 1, values: {...example, last_order_date: "2000-01-01"}};
    return firstMessages({customers: [john]}, {...named, lapsedAfterDays: 0}, []).map((one) => ({...one, row: null}));
}

function messagePreview(usePlain) {
    const who = h("p", {class: "phone-who"});
    const screen = h("div", {class: "phone-screen"});
    const size = h("p", {class: "size", role: "status"});
    const advice = h("div", {class: "advice"});
    const step = (by, label, text) => h("button", {class: "step", type: "button", "aria-label": label, onclick: () => {
        at = (at + by + messages.length) % messages.length;
        draw();
    }}, text);
    const steps = h("div", {class: "steps"}, step(-1, "The customer before", "‹"), step(1, "The next customer", "›"));
    const element = h("section", {class: "card phone-card"}, h("h2", {}, "What customers get"),
        h("div", {class: "phone"}, h("div", {class: "phone-head"}, who, steps), screen), size, advice);
    let messages = [], at = 0, canBePlainer = false;

    const draw = () => {
        const {row, name, text} = messages[at];
        const measured = measure(text);
        steps.hidden = messages.length < 2;
        setText(who, row ? `${name} · row ${row}` : name === example.customer_name ? "An example, until you choose a file" : name);
        fill(screen, bubble(measured.marks.map(markedText)));
        setText(size, sizeText(measured, Array.from(text).length));
        fill(advice, adviceOn(measured, text, canBePlainer && usePlain));
    };
    const show = (latest, plainable) => {
        messages = latest;
        canBePlainer = plainable;
        at = Math.min(at, messages.length - 1);
        draw();
    };
    return {element, show};
}

const markTitles = {
    unicode: "Not in the GSM-7 alphabet: limits every segment of this message to 70 characters",
    double: "Counts as two characters",
};

const markedText = ({text, kind}) => kind === "plain" ? text : h("mark", {class: kind, title: markTitles[kind]}, text);

const sizeText = ({encoding, units, segments, limit}, characters) =>
    `${plural(characters, "character")} · ${plural(segments, "segment")} · ${encoding}` +
    (segments === 1 ? ` · room for ${count(limit - units)} more` : "");

function adviceOn({encoding, segments, marks}, text, usePlain) {
    if (encoding === "GSM-7") return null;
    const costly = [...new Set(marks.filter((mark) => mark.kind === "unicode").map((mark) => mark.text))];
    const without = measure(Array.from(text).filter((c) => measure(c).encoding === "GSM-7").join("")).segments;
    const words = costly.slice(0, 8).flatMap((one) => [h("mark", {class: "unicode"}, one), " "]);
    const cost = without < segments
        ? `Without ${costly.length === 1 ? "it" : "them"} this message would take ${plural(without, "segment")}, not ${segments}.`
        : "For this message it makes no difference to the price; a longer one would cost more.";
    return [
        h("p", {}, words, `${costly.length === 1 ? "is" : "are"} outside the GSM-7 alphabet, so a segment holds ` +
            `70 characters instead of 160. ${cost}`),
        usePlain && h("button", {class: "button", type: "button", onclick: usePlain}, "Use plain characters"),
    ];
}

function figuresOf({totalUploaded, lapsedCustomers, errors, duplicates, optedOut}) {
    const figure = (value, label, tone = "") =>
        h("div", {class: `row-count ${value ? tone : "zero"}`}, h("strong", {}, count(value)), h("span", {}, label));
    return [
        figure(lapsedCustomers, "lapsed: get it", "good"), figure(totalUploaded - lapsedCustomers, "ordered recently"),
        figure(duplicates, duplicates === 1 ? "duplicate" : "duplicates"), figure(optedOut, "opted out"),
        figure(errors - duplicates - optedOut, "bad rows", "bad"),
    ];
}

function rejectedRows(rows, reasons, all, rejectedForm) {
    const fault = h("p", {class: "fault", role: "alert"});
    const save = () => download("/api/campaigns/sms/preview/rejected-rows.csv", rejectedForm(), "rejected-rows.csv")
        .then(() => fill(fault), (error) => fill(fault, error.message));
    return [
        h("ul", {class: "reasons"}, reasons.map(({reason, count: rows, firstLine}) =>
            h("li", {}, h("strong", {}, reason), ` · ${plural(rows, "row")}, the first in line ${firstLine}`))),
        h("div", {class: "scroll"}, h("table", {}, tableHead("#Line", "Reason", "Customer"),
            h("tbody", {}, rows.map(({line, row, message, hint, data}) => h("tr", {},
                h("td", {class: "number"}, count(line ?? row)), h("td", {}, hint ? `${message}: ${hint}` : message),
                h("td", {class: "cell-data"}, Object.values(data ?? {}).filter(Boolean).slice(0, 4).join(", "))))))),
        rows.length < all && h("p", {class: "hint"}, `The first ${rows.length} of ${count(all)}.`),
        h("button", {class: "button", type: "button", onclick: save}, `Download ${plural(all, "row")} that ${all === 1 ? "is" : "are"} left out`),
        h("p", {class: "hint"}, "Correct them there and upload that file: only these rows are in it."), fault,
    ];
}
