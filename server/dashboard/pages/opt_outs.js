// The numbers that must not be texted.

import {get, put, query, remove} from "../shell/api.js";
import {toast} from "../shell/dialogs.js";
import {empty, fill, h, settled, tableHead} from "../shell/dom.js";
import {fullDate} from "../shell/format.js";
import {may} from "../shell/session.js";
import {pagedTable, warned} from "./parts.js";

const pageSize = 50;
const sources = {reply: "Replied STOP", twilio: "Reported by Twilio", operator: "Added by hand"};

export function show(main, {signal, address}) {
    const search = h("input",
        {type: "search", placeholder: "Find a number", "aria-label": "Find by phone number", inputmode: "tel", value: address.get("q"),
            hidden: !may("people:read")});
    const table = h("table", {class: "opt-outs"}, tableHead("Number", "How", "Since", "(Lift)"));
    const {content, load} = pagedTable(table, signal, {
        read: async (cursor) => {
            const {optOuts: rows, nextCursor} = await get(query("/api/opt-outs", {q: search.value.trim(), limit: pageSize, cursor}));
            return {rows, nextCursor};
        },
        row: (optOut) => optOutRow(optOut, load),
        nothing: () => nobody(search.value.trim()),
    });
    search.addEventListener("input", settled(() => {
        address.set({q: search.value.trim()});
        load();
    }, 300));

    fill(main, h("h1", {}, "Opt-outs"),
        h("p", {class: "lead"}, "These numbers are left out of every campaign. Anyone who replies STOP is added immediately."),
        h("section", {class: "card"},
            h("div", {class: "card-head"}, may("opt-outs:write") && addForm(load), h("div", {class: "filters"}, search)),
            content));
}

const nobody = (searched) => searched
    ? h("p", {class: "nothing"}, "No such number on the list. Type more or less of it, in any format.")
    : empty("No one has opted out", "Replies with STOP appear here automatically; you can also add numbers by hand.");

function addForm(added) {
    const phone = h("input", {name: "phone", required: true, inputmode: "tel", placeholder: "+1 212 555 0101",
        autocomplete: "off", "aria-label": "Phone number to add"});
    const fault = h("p", {class: "fault", role: "alert"});
    const form = h("form", {class: "inline-form"}, phone, h("button", {class: "button", type: "submit"}, "Add number"), fault);
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        fill(fault);
        try {
            const optOut = await put(optOutPath(phone.value.trim()));
            toast(`${optOut.phone ?? phone.value} will not be texted.`);
            form.reset();
            added();
        } catch (error) {
            fill(fault, error.message);
        }
    });
    return form;
}

const optOutPath = (phone) => `/api/opt-outs/${encodeURIComponent(phone)}`;

function optOutRow({phone, source, createdAt, campaignId}, lifted) {
    const lift = () => warned(`Text ${phone} again?`,
        "Lift an opt-out only when the person has asked for it: texting a person who said STOP is against the law in many " +
        "countries. If they replied STOP, they must also reply START, or Twilio keeps blocking them.",
        "Lift the opt-out", () => remove(optOutPath(phone)), () => {
            toast(`${phone} may be texted again.`);
            lifted();
        });
    const how = sources[source] ?? source;
    return h("tr", {}, h("td", {class: "cell-to"}, phone),
        h("td", {class: "cell-name"},
            campaignId ? h("a", {href: `#/campaigns/${encodeURIComponent(campaignId)}`}, how) : how),
        h("td", {class: "cell-time"}, fullDate(createdAt)),
        h("td", {class: "number cell-state"}, may("opt-outs:lift") && h("button", {class: "button small", type: "button", onclick: lift,
            "aria-label": `Lift the opt-out of ${phone}`}, "Lift")));
}
