// The figures of one campaign: tiles, the funnel from row to reply, and what went wrong.

import {card, fill, h, setText, tableHead} from "../shell/dom.js";
import {count, duration, money, percent, plural} from "../shell/format.js";

function tile(label) {
    const value = h("dd", {class: "tile-value"});
    const note = h("dd", {class: "tile-note"});
    const meter = h("span", {class: "meter-fill"});
    const track = h("dd", {class: "meter", hidden: true}, meter);
    const show = (text, remark = "", share = null) => {
        setText(value, text);
        setText(note, remark);
        track.hidden = share === null;
        meter.style.width = `${Math.min(1, share ?? 0) * 100}%`;
        meter.classList.toggle("over", share >= 0.9 && share !== null);
    };
    return {element: h("div", {class: "tile"}, h("dt", {}, label), value, track, note), show};
}

export function campaignFigures() {
    const sent = tile("Accepted by Twilio");
    const failed = tile("Not delivered");
    const cost = tile("Cost");
    const speed = tile("Time to delivery");
    const receipts = tile("Delivery reports");
    const answers = tile("Replies");
    const element = h("div", {class: "figures"},
        h("dl", {class: "tiles headline"}, [sent, failed, cost].map((one) => one.element)),
        h("dl", {class: "tiles"}, [speed, receipts, answers].map((one) => one.element)));
    const show = (campaign) => {
        const {metrics, completeness, engagement = {replies: 0, optOuts: 0}} = campaign;
        const lost = metrics.failed + metrics.undelivered;
        sent.show(count(metrics.accepted), `${plural(metrics.segments, "segment")} in all`);
        failed.element.classList.toggle("bad", lost > 0);
        failed.show(count(lost), `${count(metrics.undelivered)} undelivered, ${count(metrics.failed)} failed`);
        showCost(cost, campaign);
        showSpeed(speed, metrics.secondsToDelivery, completeness.receiptLagSeconds);
        showCompleteness(receipts, completeness);
        answers.show(count(engagement.replies), plural(engagement.optOuts, "opt-out"));
    };
    return {element, show};
}

function showCost(cost, {metrics, maxCost, budgetLeft}) {
    const spent = metrics.actualCost ?? metrics.totalCost;
    const kind = metrics.actualCost ? "billed by Twilio" : `of about ${money(metrics.estimatedCost)}`;
    if (!maxCost) return cost.show(money(spent), kind);
    const share = budgetLeft ? 1 - Number(budgetLeft) / Number(maxCost) : Number(spent) / Number(maxCost);
    cost.show(money(spent), `of a spending limit of ${money(maxCost)}`, share);
}

function showSpeed(speed, seconds, lag) {
    if (!seconds) return speed.show("–", "No delivery yet");
    const tail = lag ? `99% within ${duration(lag.p99)}` : `95% within ${duration(seconds.p95)}`;
    speed.show(duration(seconds.p50), `for half of them; ${tail}`);
}

function showCompleteness(receipts, {accepted, final, byReconciliation, open}) {
    const note = accepted === 0 ? "Nothing sent yet"
        : open > 0 ? `${plural(open, "delivery report")} still to come`
        : byReconciliation > 0 ? `${count(byReconciliation)} looked up at Twilio` : "every message has its final state";
    receipts.show(percent(final, accepted), note, accepted ? final / accepted : null);
    receipts.element.querySelector(".meter-fill").classList.remove("over");
}

const funnelSteps = [
    ["Rows in the file", (c) => c.totalCustomersUploaded + c.csvErrorCount],
    ["Valid customers", (c) => c.totalCustomersUploaded],
    ["Lapsed: to be texted", (c) => c.metrics.total],
    ["Accepted by Twilio", (c) => c.metrics.accepted],
    ["Delivered", (c) => c.metrics.delivered],
    ["Replied", (c) => c.engagement?.replies ?? 0],
];

export function campaignFunnel() {
    const steps = funnelSteps.map(([label, figure]) => {
        const value = h("span", {class: "funnel-value"});
        const share = h("span", {class: "funnel-share"});
        const fillBar = h("span", {class: "funnel-fill"});
        const element = h("li", {}, h("span", {class: "funnel-label"}, label), value, share,
            h("span", {class: "funnel-track"}, fillBar));
        return {element, figure, value, share, fillBar};
    });
    const element = card("From row to reply", h("p", {class: "hint"}, "Each with its share of the step before"),
        h("ol", {class: "funnel"}, steps.map((step) => step.element)));
    const show = (campaign) => {
        const all = funnelSteps[0][1](campaign);
        let before = all;
        for (const {figure, value, share, fillBar} of steps) {
            const here = figure(campaign);
            setText(value, count(here));
            setText(share, before === all && here === all ? "" : percent(here, before));
            fillBar.style.width = `${all ? here / all * 100 : 0}%`;
            before = here;
        }
    };
    return {element, show};
}

export function errorTable() {
    const box = h("div");
    const element = card("What went wrong", box);
    let shown = "";
    const show = ({metrics}) => {
        const now = JSON.stringify(metrics.errors);
        if (now === shown) return;
        shown = now;
        fill(box, errorRows(metrics.errors, "No message has failed so far."));
    };
    return {element, show};
}

// Codes with their meaning and advice, for one campaign or for all.
export function errorRows(errors, nothing) {
    if (!errors.length) return h("p", {class: "nothing"}, nothing);
    return h("table", {class: "errors"},
        tableHead("Code", "Meaning, and what to do", "#Messages"),
        h("tbody", {}, errors.map(({code, meaning, count: messages}) => h("tr", {},
            h("td", {}, h("a", {href: docsOf(code), rel: "noreferrer", target: "_blank"}, code)),
            h("td", {}, meaning), h("td", {class: "number"}, count(messages))))));
}

const docsOf = (code) => `https://www.twilio.com/docs/api/errors/${code}`;
