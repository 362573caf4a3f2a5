// All campaigns, the newest first, each with its progress.

import {get, query} from "../shell/api.js";
import {empty, fill, h, keyedList, problem, setText, settled} from "../shell/dom.js";
import {ago, count, fullDate, money, percent, when} from "../shell/format.js";
import {repeat} from "../shell/live.js";
import {progressBar} from "../shell/progress.js";
import {may} from "../shell/session.js";
import {isHeldBack, showCampaignChip, whyNot} from "../shell/states.js";

const pageSize = 20;

export function show(main, {signal, address}) {
    const search = h("input", {type: "search", placeholder: "Find a campaign", value: address.get("q"), hidden: true,
        "aria-label": "Find campaigns by name, restaurant, offer, code or reference", maxlength: 100});
    const list = h("ul", {class: "campaigns"});
    const notice = h("div");
    const more = h("button", {class: "button", type: "button", hidden: true}, "Show older campaigns");
    fill(main, h("div", {class: "head-line"}, h("h1", {}, "Campaigns"), h("div", {class: "filters"}, search)), notice, list,
        h("p", {class: "more"}, more));

    const showRows = keyedList(list, (campaign) => campaign.campaignId, campaignRow);
    let newest = [], older = [], cursor = null;

    const sought = () => search.value.trim();
    const read = async (from) => {
        const words = sought();
        const page = await get(query("/api/campaigns", {search: words, limit: pageSize, cursor: from}));
        return signal.aborted || words !== sought() ? null : page; // something else is looked for by now
    };
    const draw = () => {
        const seen = new Set(newest.map((campaign) => campaign.campaignId));
        const all = [...newest, ...older.filter((campaign) => !seen.has(campaign.campaignId))];
        showRows(all);
        more.hidden = cursor === null;
        search.hidden = !all.length && !sought();
        fill(notice, !all.length && (sought() ? notFound(sought(), cursor) : noCampaigns()));
    };
    const refresh = async () => {
        try {
            const page = await read();
            if (!page) return;
            newest = page.campaigns;
            if (!older.length) cursor = page.nextCursor;
            draw();
        } catch (error) {
            if (!signal.aborted && !newest.length) fill(notice, problem(error, again));
        }
    };
    const again = repeat(refresh, 2, signal);

    search.addEventListener("input", settled(() => {
        address.set({q: sought()});
        newest = older = [];
        refresh();
    }, 300));
    more.addEventListener("click", async () => {
        more.disabled = true;
        try {
            const page = await read(cursor);
            if (page) {
                older = [...older, ...page.campaigns];
                cursor = page.nextCursor;
                draw();
            }
        } catch (error) {
            fill(notice, problem(error));
        }
        more.disabled = false;
    });
}

const notFound = (sought, cursor) => h("p", {class: "nothing", role: "status"}, cursor
    ? `None of the newest campaigns matches “${sought}”. “Show older campaigns” looks further back.`
    : `No campaign matches “${sought}”. Try a part of its name, restaurant, offer, code or reference.`);

const noCampaigns = () => empty("No campaigns yet",
    "Drop in the list of your customers, see what each of them would get and what it costs, and send.",
    may("campaigns:write") && h("a", {class: "button primary", href: "#/new"}, "Create the first one"));

function campaignRow(campaign) {
    const chip = h("span");
    const bar = progressBar();
    const name = h("span", {class: "row-name", dir: "auto"});
    const about = h("span", {class: "row-about"});
    const reach = h("span", {class: "row-reach"});
    const rate = h("strong");
    const cost = h("strong");
    const why = h("span", {class: "row-why", hidden: true});
    const link = h("a", {class: "campaign-row", href: `#/campaigns/${encodeURIComponent(campaign.campaignId)}`},
        h("span", {class: "row-title"}, name, chip, about, why),
        h("span", {class: "row-progress"}, bar.element, reach),
        h("span", {class: "row-figure"}, rate, h("span", {}, "delivered")),
        h("span", {class: "row-figure"}, cost, h("span", {}, "cost")));
    const show = (now) => {
        const {metrics} = now;
        setText(name, now.name);
        showCampaignChip(chip, now);
        const isBad = isHeldBack(now);
        link.classList.toggle("refused", isBad);
        setText(why, isBad || now.status === "paused" ? whyNot(now) : "");
        why.hidden = why.textContent === "";
        setText(about, [now.restaurantName, now.offerCode, now.reference, ago(now.createdAt)].filter(Boolean).join(" · "));
        bar.show(metrics);
        setText(reach, reachOf(now));
        setText(rate, percent(metrics.delivered, metrics.total));
        setText(cost, money(metrics.totalCost));
    };
    return {element: h("li", {}, link), show};
}

function reachOf({status, sendAt, metrics}) {
    if (metrics.total === 0) return "No lapsed customers in the list";
    if (status === "scheduled" && sendAt) return `${count(metrics.total)} messages go out ${whenLeaving(sendAt)}`;
    const failed = metrics.failed + metrics.undelivered;
    return `${count(metrics.accepted)} of ${count(metrics.total)} sent` + (failed ? ` · ${count(failed)} not delivered` : "");
}

const whenLeaving = (sendAt) => new Date(sendAt).toDateString() === new Date().toDateString()
    ? `at ${when(sendAt)}` : `on ${fullDate(sendAt)}`;
