// One campaign, live.

import {campaignActions} from "./actions.js";
import {campaignCharts} from "./charts.js";
import {campaignFigures, campaignFunnel, errorTable} from "./figures.js";
import {bubble, card, empty, fill, h, problem, setText} from "../shell/dom.js";
import {ago, count, dateOnly, duration, fullDate, inWords, percent, plural, when, zone} from "../shell/format.js";
import {watchCampaign} from "../shell/live.js";
import {messagesSection} from "./messages.js";
import {progressBar, stateLegend} from "../shell/progress.js";
import {repliesSection} from "./replies.js";
import {isHeldBack, showCampaignChip} from "../shell/states.js";

export function show(main, {signal, parameter: id, address}) {
    const notice = h("div");
    const page = h("div", {hidden: true});
    fill(main, notice, page);

    const messages = messagesSection(id, signal, address);
    const parts = [
        header(id, (campaign) => update(campaign)), progress(messages.filter), campaignFigures(),
        campaignCharts(id, signal), campaignFunnel(), errorTable(), sample(), repliesSection(id), messages, reportHead(),
    ];
    const [head, bar, figures, charts, funnel, errors, text, replies, , report] = parts.map((part) => part.element);
    const sections = [["Figures", bar], ["Over time", charts], ["What went wrong", errors], ["Message", text],
        ["Replies", replies], ["All messages", messages.element]];
    fill(page, report, head, sectionLinks(sections), bar, figures, charts, h("div", {class: "pair"}, funnel, errors),
        h("div", {class: "pair last-pair"}, text, replies), messages.element);

    const update = (campaign) => {
        fill(notice);
        page.hidden = false;
        document.title = `${campaign.name} · Waybill`;
        for (const part of parts) part.show(campaign);
    };
    const tell = (state, error) => {
        parts[0].tell(state);
        if (state === "away" && page.hidden) fill(notice, error?.status === 404 ? noCampaign() : problem(error, again));
    };
    const again = watchCampaign(id, signal, {show: update, tell});
}

const noCampaign = () => empty("This campaign does not exist", "Its address may be mistyped, or it belongs to another database.",
    h("a", {class: "button", href: "#/"}, "All campaigns"));

// Where one is on a long page: the way to each of its parts.
function sectionLinks(sections) {
    const go = (element) => {
        element.scrollIntoView({behavior: "smooth", block: "start"});
        element.tabIndex = -1;
        element.focus({preventScroll: true});
    };
    return h("nav", {class: "section-links", "aria-label": "Parts of this page"}, sections.map(([name, element]) =>
        h("button", {type: "button", onclick: () => go(element)}, name)));
}

// What stands above the printed report instead of the page's head.
function reportHead() {
    const title = h("h1");
    const facts = h("p");
    const element = h("header", {class: "report-head"}, h("p", {class: "report-kind"}, "Campaign report"), title, facts);
    const show = (campaign) => {
        const {name, restaurantName, offer, offerCode, createdAt, completedAt, simulated} = campaign;
        setText(title, name);
        setText(facts, [restaurantName, offer, `code ${offerCode}`, `created ${fullDate(createdAt)}`,
            completedAt && `completed ${fullDate(completedAt)}`, `printed ${fullDate(new Date().toISOString())}`,
            `times in ${zone}`, simulated && "SIMULATED"].filter(Boolean).join(" · "));
    };
    return {element, show};
}

const liveWords = {live: "Live", polling: "Updated every 2 s", away: "Not connected"};

function header(id, update) {
    const name = h("h1", {dir: "auto"});
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
        showCampaignChip(chip, campaign);
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

function aboutText({restaurantName, offerCode, reference, createdAt, sendAt, sender, quietHours, messagesRemovedAt}) {
    return [
        restaurantName, `code ${offerCode}`, reference && `reference ${reference}`, `created ${ago(createdAt)}`,
        sendAt && `${new Date(sendAt) > new Date() ? "leaves" : "was to leave"} ${fullDate(sendAt)} (${zone})`,
        sender && `from ${sender}`,
        quietHours && `quiet ${quietHours.from}–${quietHours.until} ${quietHours.timeZone ?? "in each recipient's time zone"}`,
        messagesRemovedAt && `messages removed ${dateOnly(messagesRemovedAt)}`,
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

function etaText(campaign) {
    const {status, metrics, completeness, estimatedSeconds, estimatedCompletionAt, completedAt, sendAt} = campaign;
    if (status === "scheduled") return `Leaves ${inWords(sendAt)}`;
    if (status === "paused") return `Paused with ${count(metrics.messagesPending)} messages still to send`;
    if (isHeldBack(campaign)) return `Not sending: ${count(metrics.messagesPending)} messages wait`;
    if (status === "sending" && (estimatedSeconds ?? null) !== null)
        return `About ${duration(Math.max(1, estimatedSeconds))} left` +
            (estimatedCompletionAt ? `, done around ${when(estimatedCompletionAt)}` : "");
    if (status === "sending") return `${count(metrics.messagesPending)} messages still to send`;
    if (completeness.open > 0) return `All messages have left; ${plural(completeness.open, "delivery report")} still to come`;
    if (metrics.unknown > 0) return `The fate of ${plural(metrics.unknown, "message")} is unknown`;
    return completedAt ? `Sent completely ${when(completedAt)}` : "";
}

function sample() {
    const box = h("div");
    const template = h("code", {class: "template", dir: "auto"});
    const element = card("The message", box, h("p", {class: "hint"}, "Its template"), template);
    let shown = null;
    const show = (campaign) => {
        setText(template, campaign.messageTemplate);
        const text = campaign.sampleMessage || campaign.messageTemplate;
        if (text !== shown) fill(box, bubble(text));
        shown = text;
    };
    return {element, show};
}

