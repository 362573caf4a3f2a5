// What Waybill read in the list: its first rows, a choice of what each column holds, and the questions that are open.

import {fill, h} from "../shell/dom.js";

const roles = [
    ["", "Not used"], ["name", "Name"], ["firstName", "First name"], ["lastName", "Last name"], ["phone", "Phone number"],
    ["lastOrderDate", "Last order"], ["consent", "Wants texts"],
];
const orders = {mdy: "Month first: 1/2 is January 2", dmy: "Day first: 1/2 is February 1", ymd: "Year first"};

// `decided` is called after each choice.
export function createListTable(decided) {
    const questions = h("div", {class: "list-questions"});
    const table = h("div", {class: "scroll"});
    const element = h("div", {class: "list-table", hidden: true}, questions, h("h3", {}, "What Waybill read"), table);
    let choices = {};

    const choose = (more) => {
        choices = {...choices, ...more};
        decided();
    };
    const show = (list) => {
        element.hidden = !list;
        if (!list) return;
        const given = rolesOf(list);
        const take = (column, role) => choose({columns: JSON.stringify(columnsOf(list.labels, reassigned(given, column, role)))});
        fill(questions, asked(list, choose));
        fill(table, sheetChoice(list, choose), tableOf(list, given, take));
    };
    return {
        element, show,
        choices: () => choices,
        forget: () => {
            choices = {};
            show(null);
        },
    };
}

// The role of each column, in the order of the columns.
function rolesOf({labels, columns}) {
    const roleOf = new Map();
    const names = [columns.name ?? []].flat();
    names.forEach((label, index) => roleOf.set(label, names.length < 2 ? "name" : ["firstName", "lastName"][index]));
    for (const role of ["phone", "lastOrderDate", "consent"]) if (columns[role]) roleOf.set(columns[role], role);
    return labels.map((label) => roleOf.get(label) ?? "");
}

// Each role belongs to one column; a whole name and its two parts exclude each other.
function reassigned(given, column, role) {
    const parts = ["firstName", "lastName"];
    const ends = (other) => other === role || (role === "name" && parts.includes(other)) || (parts.includes(role) && other === "name");
    return given.map((other, index) => index === column ? role : role && ends(other) ? "" : other);
}

function columnsOf(labels, given) {
    const label = (role) => labels[given.indexOf(role)] ?? null;
    const names = [label("name"), label("firstName"), label("lastName")].filter(Boolean);
    return {name: names.length ? names : null, phone: label("phone"), lastOrderDate: label("lastOrderDate"), consent: label("consent")};
}

function asked(list, choose) {
    const about = (field) => list.questions.filter((question) => question.about === field);
    const columns = about("columns");
    return [
        about("dateOrder").map(({text, examples, choices}) => h("div", {class: "list-question", role: "group", "aria-label": text},
            h("p", {}, text, ` For example: ${examples.slice(0, 3).join(", ")}`),
            choices.map((order) => h("button", {class: "button", type: "button", onclick: () => choose({dateOrder: order})},
                orders[order])))),
        columns.length > 0 && h("div", {class: "list-question"},
            h("p", {}, "The headings do not say what these columns hold. Is this right? If not, choose above each column. ",
                columns.map(({column, choices}) => `${roleName(column)}: ${choices[0]}`).join(" · ")),
            h("button", {class: "button", type: "button", onclick: () =>
                choose({columns: JSON.stringify(columnsOf(list.labels, rolesOf(list)))})}, "Yes, these columns are right")),
    ];
}

const roleName = (name) => roles.find(([role]) => role === name)?.[1] ?? name;

function sheetChoice({sheet, sheets}, choose) {
    if (sheets.length < 2) return null;
    return h("label", {class: "list-sheet"}, "Sheet ", h("select", {onchange: (event) => choose({sheet: event.target.value, columns: ""})},
        sheets.map((name) => h("option", {value: name, selected: name === sheet}, name))));
}

function tableOf({labels, firstRows}, given, take) {
    const select = (label, column) => h("select", {"aria-label": `What the column ${label} holds`,
        onchange: (event) => take(column, event.target.value)},
    roles.map(([role, words]) => h("option", {value: role, selected: role === given[column]}, words)));
    return h("table", {},
        h("thead", {}, h("tr", {}, labels.map((label, column) => h("th", {scope: "col"}, select(label, column))))),
        h("tbody", {}, h("tr", {}, labels.map((label) => h("td", {class: "list-heading"}, label))),
            (firstRows ?? []).map((row) => h("tr", {}, labels.map((label, column) => h("td", {}, row[column] ?? ""))))));
}
