// One campaign, live.

import {campaignActions} from "./actions.js";
import {campaignCharts} from "./charts.js";
import {campaignFigures, campaignFunnel, errorTable} from "./figures.js";
import {card, empty, fill, h, problem, setText} from "../shell/dom.js";
import {ago, count, duration, fullDate, percent, plural, when} from "../shell/format.js";
import {watchCampaign} from "../shell/live.js";
import {messagesSection} from "./messages.js";
import {bubble} from "../shell/phone.js";
import {progressBar, stateLegend} from "../shell/progress.js";
import {repliesSection} from "./replies.js";
import {showCampaignChip} from "../shell/states.js";

export function show(main, {signal, parameter: id}) {
    const notice = h("div");
    const page = h("div", {hidden: true});
    fill(main, notice, page);

    const messages = messagesSection(id, signal);
    const parts = [
        header(id, (campaign) => update(campaign)), progress(messages.filter), campaignFigures(),
        campaignCharts(id, signal), campaignFunnel(), errorTable(), sample(), repliesSection(id), messages,
    ];
    const [head, bar, figures, charts, funnel, errors, text, replies] = parts.map((part) => part.element);
    fill(page, head, bar, figures, charts, h("div", {class: "pair"}, funnel, errors),
        h("div", {class: "pair"}, text, replies), messages.element);

    const update = (campaign) => {
        fill(notice);
        page.hidden = false;
        document.title = `${campaign.name} · Waybill`;
        for (const part of parts) part.show(campaign);
    };
    const tell = (state, error) => {
        parts[0].tell(state);
        if (state === "away" && page.hidden) fill(notice, error.status === 404 ? noCampaign() : problem(error, again));
    };
    const again = watchCampaign(id, signal, {show: update, tell});
}

const noCampaign = () => empty("This campaign does not exist", "Its address may be mistyped, or it belongs to another database.",
    h("a", {class: "button", href: "#/"}, "All campaigns"));

const liveWords = {live: "Live", polling: "Updated every 2 s", away: "Not connected"};

function header(id, update) {
    const name = h("h1");
    const chip = h("span");
    const live = h("span", {class: "freshness", role: "status"});
    const simulated = h("span", {class: "chip simulated-chip", hidden: true}, "Simulated");
    const about = h("p", {class: "about"});
    const actions = campaignActions(id, update);
    const element = h("header", {class: "page-head"},
        h("a", {class: "back", href: "#/"}, "All campaigns"),
        h("div", {class: "head-line"},
            h("div", {}, h("div", {class: "head-name"}, name, chip, simulated, live), about), actions.buttons),
        actions.notice);
    const show = (campaign) => {
        setText(name, campaign.name);
        showCampaignChip(chip, campaign.status);
        simulated.hidden = !campaign.simulated;
        setText(about, aboutText(campaign));
        actions.show(campaign);
    };
    const tell = (state) => {
        live.className = `freshness ${state}`;
        setText(live, liveWords[state]);
    };
    return {element, show, tell};
}

function aboutText({restaurantName, offerCode, createdAt, sendAt, sender, quietHours}) {
    return [
        restaurantName, `code ${offerCode}`, `created ${ago(createdAt)}`,
        sendAt && `${new Date(sendAt) > new Date() ? "leaves" : "scheduled for"} ${fullDate(sendAt)}`,
        sender && `from ${sender}`,
        quietHours && `quiet ${quietHours.from}–${quietHours.until} ${quietHours.timeZone ?? "in each recipient's time zone"}`,
    ].filter(Boolean).join(" · ");
}

function progress(filter) {
    const big = h("span", {class: "big"});
    const of = h("span", {class: "of"});
    const eta = h("p", {class: "eta"});
    const bar = progressBar();
    const legend = stateLegend(filter);
    const element = h("section", {class: "card progress-card", "aria-label": "Progress"},
        h("div", {class: "progress-head"}, h("p", {}, big, of), eta), bar.element, legend.element);
    const show = (campaign) => {
        const {metrics} = campaign;
        setText(big, percent(metrics.delivered, metrics.total));
        setText(of, ` delivered: ${count(metrics.delivered)} of ${count(metrics.total)} messages`);
        setText(eta, etaText(campaign));
        bar.show(metrics);
        legend.show(metrics);
    };
    return {element, show};
}

function etaText({status, metrics, completeness, estimatedSeconds, estimatedCompletionAt, completedAt, sendAt}) {
    if (status === "scheduled") return `Leaves ${fullDate(sendAt)}`;
    if (status === "paused") return `Paused with ${count(metrics.messagesPending)} messages still to send`;
    if (status === "sending" && (estimatedSeconds ?? null) !== null)
        return `About ${duration(Math.max(1, estimatedSeconds))} left` +
            (estimatedCompletionAt ? `, done around ${when(estimatedCompletionAt)}` : "");
    if (status === "sending") return `${count(metrics.messagesPending)} messages still to send`;
    if (completeness.open > 0) return `All messages have left; waiting for ${plural(completeness.open, "receipt")}`;
    if (metrics.unknown > 0) return `The fate of ${plural(metrics.unknown, "message")} is unknown`;
    return completedAt ? `Sent completely ${when(completedAt)}` : "";
}

function sample() {
    const box = h("div");
    const template = h("code", {class: "template"});
    const element = card("The message", box, h("p", {class: "hint"}, "Its template"), template);
    const show = (campaign) => {
        if (template.textContent === campaign.messageTemplate) return;
        setText(template, campaign.messageTemplate);
        fill(box, bubble(campaign.sampleMessage || campaign.messageTemplate));
    };
    return {element, show};
}

