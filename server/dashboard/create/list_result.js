// What the list comes to: who gets the message, who does not and why.

import {download} from "../shell/api.js";
import {card, fill, h, tableHead} from "../shell/dom.js";
import {count, plural} from "../shell/format.js";

// `rejectedForm` gives the form that all bad rows are downloaded with.
export function listResult(rejectedForm) {
    const rows = h("div", {class: "row-figures"});
    const rowsCard = card("Who gets it", rows);
    const rejected = h("div", {class: "rejected"});
    const rejectedCard = card("Rows that are left out", rejected);
    const element = h("div", {class: "list-result"}, rowsCard, rejectedCard);
    rowsCard.hidden = rejectedCard.hidden = true;

    const show = (checked) => {
        const stats = checked?.csvStats;
        rowsCard.hidden = !stats;
        rejectedCard.hidden = !stats || stats.errors === 0;
        if (stats) fill(rows, figuresOf(stats));
        if (stats) fill(rejected, rejectedRows(checked.csvErrors, checked.list?.reasons ?? [], stats.errors, rejectedForm));
    };
    const showRefused = (body) => {
        rowsCard.hidden = true;
        rejectedCard.hidden = !body?.reasons?.length;
        if (rejectedCard.hidden) return;
        const all = body.reasons.reduce((sum, reason) => sum + reason.count, 0);
        fill(rejected, rejectedRows(body.csvErrors, body.reasons, all, rejectedForm));
    };
    return {element, show, showRefused};
}

function figuresOf({totalUploaded, lapsedCustomers, textedRecently = 0, errors, duplicates, optedOut}) {
    const figure = (value, label, tone = "") =>
        h("div", {class: `row-count ${value ? tone : "zero"}`}, h("strong", {}, count(value)), h("span", {}, label));
    return [
        figure(lapsedCustomers, lapsedCustomers === 1 ? "person gets it" : "people get it", "good"),
        figure(totalUploaded - lapsedCustomers - textedRecently, "ordered recently"),
        figure(textedRecently, "texted recently"), figure(optedOut, "opted out"),
        figure(duplicates, duplicates === 1 ? "duplicate" : "duplicates"),
        figure(errors - duplicates - optedOut, errors - duplicates - optedOut === 1 ? "bad row" : "bad rows", "bad"),
    ];
}

function rejectedRows(rows, reasons, all, rejectedForm) {
    const fault = h("p", {class: "fault", role: "alert"});
    const save = () => download("/api/campaigns/sms/preview/rejected-rows.csv", rejectedForm(), "rejected-rows.csv")
        .then(() => fill(fault), (error) => fill(fault, error.message));
    return [
        h("ul", {class: "reasons"}, reasons.map(({reason, count: rows, firstLine}) =>
            h("li", {}, h("strong", {}, reason), ` · ${plural(rows, "row")}, the first in line ${count(firstLine)}`))),
        h("details", {}, h("summary", {}, `Show ${rows.length < all ? `the first ${rows.length}` : rows.length === 1 ? "it" : "them"}`),
            h("div", {class: "scroll"}, h("table", {}, tableHead("#Line", "Reason", "Customer"),
                h("tbody", {}, rows.map(({line, row, message, hint, data}) => h("tr", {},
                    h("td", {class: "number"}, count(line ?? row)), h("td", {}, hint ? `${message}: ${hint}` : message),
                    h("td", {class: "cell-data", dir: "auto"}, Object.values(data ?? {}).filter(Boolean).slice(0, 4).join(", ")))))))),
        h("button", {class: "button", type: "button", onclick: save}, `Download ${plural(all, "row")} that ${all === 1 ? "is" : "are"} left out`),
        h("p", {class: "hint"}, "Correct them there and upload that file: only these rows are in it."), fault,
    ];
}
