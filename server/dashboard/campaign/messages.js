// The messages of a campaign: found by name or number, filtered by state, read page by page.

import {campaignPath, get, query} from "../shell/api.js";
import {fill, h, keyedList, problem, setText, settled, tableHead} from "../shell/dom.js";
import {count, dateOnly, shortMoney, when} from "../shell/format.js";
import {openMessage} from "../message/view.js";
import {may} from "../shell/session.js";
import {messageChip, messageLabel, messageStates} from "../shell/states.js";

const pageSize = 50;
const refreshAfter = 2000; // minimum interval, and only while just the first page is shown

export function messagesSection(id, signal, address) {
    const search = h("input", {type: "search", name: "q", placeholder: "Name or last digits",
        "aria-label": "Find by name or the last digits of the number", autocomplete: "off", value: address.get("q"),
        hidden: !may("people:read")});
    const state = h("select", {name: "status", "aria-label": "State"}, h("option", {value: ""}, "All states"),
        [...messageStates.map((one) => one.name), "read"].map((name) =>
            h("option", {value: name, selected: name === address.get("status")}, messageLabel(name))));
    const rows = h("tbody");
    const notice = h("div", {role: "status"});
    const more = h("button", {class: "button", type: "button", hidden: true}, "Show more");
    const table = h("table", {class: "messages"},
        tableHead("To", "Name", "State", "What happened", "#Segments", "#Cost", "#Last change"), rows);
    const filters = h("div", {class: "filters"}, search, state);
    const removed = h("p", {class: "nothing", hidden: true});
    const element = h("section", {class: "card", id: "messages"},
        h("div", {class: "card-head"}, h("h2", {}, "Messages"), filters), removed,
        table, notice, h("p", {class: "more"}, more));

    const showRows = keyedList(rows, (message) => message.id, messageRow);
    let shown = [], cursor = null, pages = 0, asked = 0, loadedAt = 0;

    const load = async (from) => {
        if (signal.aborted) return;
        const turn = ++asked;
        const path = query(campaignPath(id, "/messages"),
            {status: state.value, q: search.value.trim(), limit: pageSize, cursor: from});
        try {
            const page = await get(path);
            if (signal.aborted || turn !== asked) return;
            shown = from ? [...shown, ...page.messages] : page.messages;
            pages = from ? pages + 1 : 1;
            cursor = page.nextCursor;
            loadedAt = Date.now();
            showRows(shown);
            fill(notice, shown.length === 0 && h("p", {class: "nothing"}, nothingFound(search.value, state.value)));
            table.hidden = shown.length === 0;
            more.hidden = cursor === null;
        } catch (error) {
            if (!signal.aborted && turn === asked) fill(notice, problem(error, () => load(from)));
        }
    };
    const choose = () => {
        address.set({q: search.value.trim(), status: state.value});
        load(null);
    };
    const filter = (name) => {
        state.value = name;
        search.value = "";
        choose();
        element.scrollIntoView({behavior: "smooth", block: "start"});
        state.focus({preventScroll: true});
    };
    search.addEventListener("input", settled(choose, 300));
    state.addEventListener("change", choose);
    more.addEventListener("click", () => load(cursor));

    let last = "", timer;
    const show = ({metrics, messagesRemovedAt}) => {
        filters.hidden = notice.hidden = Boolean(messagesRemovedAt);
        removed.hidden = !messagesRemovedAt;
        setText(removed, messagesRemovedAt ? `The messages were removed on ${dateOnly(messagesRemovedAt)} because they were old. ` +
            "The figures of this campaign stay." : "");
        const now = messageStates.map((one) => metrics[one.metric]).join();
        if (now === last || pages > 1) return;
        last = now;
        clearTimeout(timer);
        timer = setTimeout(() => load(null), loadedAt + refreshAfter - Date.now());
    };
    return {element, show, filter};
}

function nothingFound(sought, state) {
    const among = state ? ` among those that are ${messageLabel(state).toLowerCase()}` : "";
    if (sought.trim()) return `No one matches “${sought.trim()}”${among}. Try a part of the name, or the last digits of the number.`;
    if (state) return `No message is ${messageLabel(state).toLowerCase()}.`;
    return "This campaign has no messages: none of its customers had lapsed.";
}

const lastChange = ({readAt, completedAt, sentAt, acceptedAt, createdAt}) =>
    readAt ?? completedAt ?? sentAt ?? acceptedAt ?? createdAt;

function messageRow(message) {
    let now = message;
    const state = h("td", {class: "cell-state"});
    const error = h("td", {class: "cell-error"});
    const cost = h("td", {class: "number cell-cost"});
    const time = h("td", {class: "number cell-time"});
    const open = h("button", {class: "linklike", type: "button", onclick: () => openMessage(now)}, message.to);
    const element = h("tr", {onclick: (event) => event.target.closest("button") ?? open.click()},
        h("td", {class: "cell-to"}, open), h("td", {class: "cell-name", dir: "auto"}, message.name), state, error,
        h("td", {class: "number cell-segments"}, count(message.segments)), cost, time);
    const show = (latest) => {
        now = latest;
        if (element.dataset.status !== latest.status) fill(state, messageChip(latest.status));
        element.dataset.status = latest.status;
        setText(error, latest.errorCode ? `${latest.errorCode}: ${latest.errorMeaning}` : "");
        setText(cost, shortMoney(latest.cost));
        setText(time, when(lastChange(latest)));
    };
    return {element, show};
}
