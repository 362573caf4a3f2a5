// All campaigns together, day by day.

import {get, query} from "../shell/api.js";
import {errorRows} from "../campaign/figures.js";
import {bars, chart} from "../shell/charts.js";
import {card, empty, fill, h, problem, setText} from "../shell/dom.js";
import {count, day, localDate, midnight, money, plural, zone} from "../shell/format.js";
import {may} from "../shell/session.js";

const spans = [[7, "7 days"], [30, "30 days"], [90, "90 days"], [365, "A year"]];

export function show(main, {signal, address}) {
    const from = h("input", {type: "date", "aria-label": "From"});
    const to = h("input", {type: "date", "aria-label": "Until"});
    const content = h("div");
    const choose = (days) => {
        buttons.forEach((button, index) => button.setAttribute("aria-pressed", spans[index][0] === days));
        to.value = localDate(new Date());
        from.value = localDate(midnight(to.value, 1 - days));
        address.set({days: String(days), from: "", to: ""});
        load();
    };
    const buttons = spans.map(([days, label]) =>
        h("button", {class: "button", type: "button", onclick: () => choose(days)}, label));
    const results = report(signal);

    const load = async () => {
        try {
            const latest = await figuresOf({from: from.value, to: to.value});
            if (signal.aborted) return;
            if (latest.totals.messages === 0) return fill(content, nothing());
            fill(content, results.element);
            results.show(latest);
        } catch (error) {
            if (!signal.aborted) fill(content, problem(error, load));
        }
    };
    for (const input of [from, to]) input.addEventListener("change", () => {
        for (const button of buttons) button.setAttribute("aria-pressed", "false");
        address.set({days: "", from: from.value, to: to.value});
        load();
    });
    fill(main, h("div", {class: "head-line"}, h("h1", {}, "Overview"),
        h("div", {class: "filters"}, buttons, h("span", {class: "range"}, from, "–", to))), content);
    if (!address.get("from")) return choose(spans.find(([days]) => String(days) === address.get("days"))?.[0] ?? 30);
    from.value = address.get("from");
    to.value = address.get("to");
    load();
}

// The days of this browser's zone, unless the server does not know it.
async function figuresOf(period) {
    try {
        return await get(query("/api/reports/overview", {...period, timeZone: zone}));
    } catch (error) {
        if (error.status !== 422 || error.body.detail?.[0]?.loc.at(-1) !== "timeZone") throw error;
        return get(query("/api/reports/overview", period));
    }
}

const nothing = () => empty("No messages in this period",
    "Choose another period, or send a campaign: its figures appear here immediately.",
    may("campaigns:write") && h("a", {class: "button", href: "#/new"}, "New campaign"));

function report(signal) {
    const headline = h("dl", {class: "tiles headline"}), others = h("dl", {class: "tiles"});
    const messages = chart(describeMessages, signal);
    const cost = chart(describeCost, signal);
    const errors = h("div");
    const whoseDays = h("p", {class: "hint"});
    const element = h("div", {}, h("div", {class: "figures"}, headline, others),
        h("div", {class: "pair wide-left"}, card("Messages by day", whoseDays, messages.element), card("Cost by day", cost.element)),
        card("What went wrong", errors));
    const show = ({totals, days, errors: mix, timeZone}) => {
        setText(whoseDays, `Days begin at midnight in the time zone ${timeZone}.`);
        fill(headline, headlineOf(totals));
        fill(others, othersOf(totals));
        fill(errors, errorRows(mix, "No message has failed in this period."));
        for (const each of [messages, cost]) each.show(days).catch(() => {});
    };
    return {element, show};
}

function tile(label, value, note, isBad) {
    return h("div", {class: isBad ? "tile bad" : "tile"}, h("dt", {}, label),
        h("dd", {class: "tile-value"}, value), h("dd", {class: "tile-note"}, note));
}

const headlineOf = ({delivered, deliveryRate, undelivered, failed, cost, accepted}) => [
    tile("Delivered", deliveryRate, `${count(delivered)} of ${count(accepted)} that Twilio accepted`),
    tile("Not delivered", count(undelivered + failed), `${count(undelivered)} undelivered, ${count(failed)} failed`,
        undelivered + failed > 0),
    tile("Cost", money(cost), ""),
];

const othersOf = ({campaigns, messages, accepted, unknown, replies, optOuts}) => [
    tile("Campaigns", count(campaigns), plural(messages, "message")),
    tile("Accepted by Twilio", count(accepted), unknown ? `${count(unknown)} unknown` : ""),
    tile("Replies", count(replies), plural(optOuts, "opt-out")),
];

function describeMessages(days) {
    const of = (name) => days.map((one) => one[name]);
    const rest = days.map((one) => Math.max(0, one.accepted - one.delivered - one.undelivered - one.failed));
    return {
        labels: days.map((one) => day(one.day)),
        datasets: [
            bars("Delivered", of("delivered"), "delivered"), bars("On the way", rest, "sent"),
            bars("Undelivered", of("undelivered"), "undelivered"), bars("Failed", of("failed"), "failed"),
        ],
        summary: `Messages by day from ${days[0]?.day} until ${days.at(-1)?.day}; the totals are above`,
    };
}

const describeCost = (days) => ({
    labels: days.map((one) => day(one.day)),
    datasets: [bars("Cost in USD", days.map((one) => Number(one.cost)), "accent")],
    options: (base) => {
        base.plugins.legend.display = false;
        delete base.scales.y.ticks.precision;
        base.scales.y.ticks.callback = (value) => `$${value}`;
        return base;
    },
    summary: "Cost by day; the total is above",
});
