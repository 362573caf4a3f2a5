// All messages, those of campaigns and single ones, the newest first. Filters and the page stand in the address.

import {get, query} from "../shell/api.js";
import {card, empty, field, fill, h, keyedList, noPermission, problem, setText, settled, tableHead} from "../shell/dom.js";
import {fullDate, localDate, midnight, shortMoney} from "../shell/format.js";
import {repeat} from "../shell/live.js";
import {may} from "../shell/session.js";
import {finalStates, messageChip, messageLabel, messageStates} from "../shell/states.js";

const pageSize = 50;
const refreshSeconds = 10, changesFor = 15 * 60; // each look is in the audit log: only what is new is looked at again
const names = ["recipient", "status", "from", "until", "campaign", "reference", "sender"];

export function show(main, {signal, address}) {
    if (!may("messages:read")) return fill(main, h("h1", {}, "Messages"), noPermission());
    const controls = createControls(address);
    const rows = h("tbody");
    const table = h("table", {class: "messages all-messages", hidden: true}, messageColumns(), rows);
    const notice = h("div", {role: "status"});
    const pages = h("p", {class: "pages"});
    const showRows = keyedList(rows, (message) => message.id, messageRow);
    let asked = 0, changes = true;

    const load = async () => {
        const turn = ++asked, chosen = valuesOf(controls), cursor = address.get("cursor");
        if (showHalfNumber(controls.recipient, chosen.recipient)) return;
        try {
            const page = await get(query("/api/messages", {...asAsked(chosen), limit: pageSize, cursor}));
            if (signal.aborted || turn !== asked) return;
            changes = page.messages.some(isChanging);
            showRows(page.messages);
            table.hidden = page.messages.length === 0;
            fill(pages, pageLinks(chosen, cursor, page.nextCursor));
            fill(notice, table.hidden && nothing(chosen, page.nextCursor));
        } catch (error) {
            if (signal.aborted || turn !== asked) return;
            const isTyping = error.status === 422;
            table.hidden = true;
            fill(pages);
            fill(notice, isTyping ? h("p", {class: "fault"}, error.message) : problem(error, load));
        }
    };
    const choose = () => {
        address.set({...valuesOf(controls), cursor: ""});
        load();
    };
    const chooseSoon = settled(choose, 400);
    for (const control of Object.values(controls))
        control.addEventListener(control.tagName === "SELECT" ? "change" : "input", chooseSoon);
    fill(main, h("h1", {}, "Messages"),
        h("p", {class: "lead"}, "Every text, sent or waiting, of campaigns or on its own. Newest first."),
        h("section", {class: "card"}, filterForm(controls), table, notice, pages));
    nameCampaigns(controls.campaign, address.get("campaign"));
    repeat(() => changes && load(), refreshSeconds, signal);
}

const messageColumns = () => tableHead("To", "Text", "State", "What happened", "#Cost", "#Created");

function messageRow(message) {
    const state = h("td", {class: "cell-state"});
    const error = h("td", {class: "cell-error"});
    const cost = h("td", {class: "number cell-cost"});
    const open = h("a", {href: `#/messages/${encodeURIComponent(message.id)}`}, message.to);
    const element = h("tr", {onclick: (event) => event.target.closest("a") ?? open.click()},
        h("td", {class: "cell-to"}, open, message.name && h("div", {class: "cell-who", dir: "auto"}, message.name)),
        h("td", {class: "cell-text", dir: "auto"}, message.body ?? ""), state, error, cost,
        h("td", {class: "number cell-time"}, fullDate(message.createdAt)));
    const show = (latest) => {
        if (element.dataset.status !== latest.status) fill(state, messageChip(latest.status));
        element.dataset.status = latest.status;
        setText(error, latest.errorCode ? `${latest.errorCode}: ${latest.errorMeaning}` : "");
        setText(cost, shortMoney(latest.cost));
    };
    return {element, show};
}

const isChanging = ({status, createdAt}) =>
    !finalStates.includes(status) && Date.now() - new Date(createdAt) < changesFor * 1000;

function createControls(address) {
    const given = (name, properties) => h("input", {name, value: address.get(name), autocomplete: "off", ...properties});
    const today = localDate(new Date());
    return {
        recipient: given("recipient", {type: "search", inputmode: "tel", placeholder: "+1 212 555 0101"}),
        status: h("select", {name: "status"}, h("option", {value: ""}, "All states"),
            [...messageStates.map((one) => one.name), "read"].map((name) =>
                h("option", {value: name, selected: name === address.get("status")}, messageLabel(name)))),
        from: given("from", {type: "date", max: today}),
        until: given("until", {type: "date", max: today}),
        campaign: h("select", {name: "campaign"}, h("option", {value: ""}, "All campaigns and single messages")),
        reference: given("reference", {type: "search", placeholder: "order-4711"}),
        sender: given("sender", {type: "search", inputmode: "tel", placeholder: "+1 500 555 0006"}),
    };
}

function filterForm(controls) {
    const rare = [field("Campaign", controls.campaign), field("Sent from", controls.sender), field("Reference", controls.reference,
        "The word that the program which sent it gave it.")];
    const isOpen = ["campaign", "sender", "reference"].some((name) => controls[name].value !== "");
    return h("form", {class: "message-filters", onsubmit: (event) => event.preventDefault()},
        h("div", {class: "fields"},
            may("people:read") && field("Phone number", controls.recipient), field("State", controls.status),
            field("From", controls.from), field("Until", controls.until)),
        h("details", {open: isOpen}, h("summary", {}, "More filters"), h("div", {class: "fields"}, rare)));
}

const valuesOf = (controls) => Object.fromEntries(names.map((name) => [name, controls[name].value.trim()]));

// Days are those of this browser's zone; the last one is included.
const asAsked = ({from, until, ...others}) => ({
    ...others,
    createdFrom: from && midnight(from).toISOString(),
    createdTo: until && midnight(until, 1).toISOString(),
});

// The API finds whole numbers: one that is still being typed is not asked for.
function showHalfNumber(control, text) {
    const isHalf = text !== "" && text.replace(/\D/g, "").length < 7;
    const hint = control.closest(".field")?.querySelector(".hint");
    if (hint) fill(hint, isHalf && "Type the whole number.");
    return isHalf;
}

function pageLinks(chosen, cursor, nextCursor) {
    const to = (page) => `#${query("/messages", {...chosen, cursor: page})}`;
    return [
        cursor && h("a", {class: "button", href: to("")}, "Newest messages"),
        nextCursor && h("a", {class: "button", href: to(nextCursor)}, "Older messages"),
    ];
}

function nothing(chosen, nextCursor) {
    if (nextCursor) return h("p", {class: "nothing"}, "No such message among the newest ones. “Older messages” looks further back.");
    if (Object.values(chosen).some(Boolean)) return h("p", {class: "nothing"}, "No message fits these filters.");
    return empty("No messages yet", "Texts of campaigns, and those that other programs send, appear here.");
}

// The campaigns to choose from, by name; the one of the address is among them in any case.
async function nameCampaigns(select, chosen) {
    const option = ({campaignId, name}) => h("option", {value: campaignId, selected: campaignId === chosen}, name);
    if (chosen) select.append(option({campaignId: chosen, name: "The campaign of this link"}));
    const page = await get(query("/api/campaigns", {limit: 100})).catch(() => ({campaigns: []}));
    if (page.campaigns.some(({campaignId}) => campaignId === chosen)) select.lastElementChild.remove();
    select.append(...page.campaigns.map(option));
}
