// What can be done with a campaign: pause, resume, cancel, change, copy, resend the unknown, download, print.

import {campaignPath, post, query} from "../shell/api.js";
import {confirmed, facts, toast} from "../shell/dialogs.js";
import {field, fill, h, setText} from "../shell/dom.js";
import {count, inWords, money, plural, units, zone} from "../shell/format.js";
import {may, mayControl} from "../shell/session.js";
import {isHeldBack, whyNot} from "../shell/states.js";

// `update` receives the campaign as it is after an action.
export function campaignActions(id, update) {
    let campaign = null;
    const button = (text, act, className = "button") =>
        h("button", {class: className, type: "button", hidden: true, onclick: () => act(campaign, update)}, text);
    const pause = button("Pause", pauseCampaign);
    const resume = button("Resume", resumeCampaign, "button primary");
    const change = button("Change", changeCampaign);
    const cancel = button("Cancel campaign", cancelCampaign, "button quiet-danger");
    const resend = button("Resend unknown", resendUnknown);
    const seesPeople = may("people:read");
    const rejected = h("a", {class: "button", hidden: true, href: campaignPath(id, "/rejected-rows.csv"), download: ""}, "Rejected rows");
    const downloads = seesPeople ? [["Messages CSV", campaignPath(id, "/messages.csv")],
        ["Excel", query(campaignPath(id, "/messages.xlsx"), {timeZone: zone})]].map(([text, href]) =>
        h("a", {class: "button", href, download: ""}, text)) : [];
    const buttons = h("div", {class: "actions"}, resume, pause, change, resend, cancel,
        may("campaigns:write") && h("a", {class: "button", href: `#/new/${encodeURIComponent(id)}`}, "Copy"),
        h("button", {class: "button", type: "button", onclick: () => window.print()}, "Print"),
        downloads, rejected);
    const notice = h("div", {class: "notice", role: "status", hidden: true});

    const show = (now) => {
        campaign = now;
        const controls = mayControl(now);
        pause.hidden = !controls || !["sending", "scheduled"].includes(now.status);
        resume.hidden = !controls || now.status !== "paused";
        cancel.hidden = !controls || !["sending", "scheduled", "paused"].includes(now.status);
        change.hidden = !controls || !may("campaigns:write") || now.status !== "scheduled";
        resend.hidden = !controls || now.metrics.unknown === 0;
        rejected.hidden = !seesPeople || now.csvErrorCount === 0 || Boolean(now.messagesRemovedAt);
        for (const download of downloads) download.hidden = Boolean(now.messagesRemovedAt);
        showPause(notice, now);
    };
    return {buttons, notice, show};
}

// A campaign that is sending may have a reason too: quiet hours, or a paused sender.
function showPause(notice, campaign) {
    const {status} = campaign, sentence = whyNot(campaign);
    const text = status === "paused"
        ? `${sentence || "Paused."} No more messages are sent until it is resumed; those already on their way still arrive.`
        : sentence ? `Nothing is being sent right now. ${sentence}` : "";
    setText(notice, text);
    notice.hidden = text === "";
    notice.classList.toggle("bad", isHeldBack(campaign));
}

// What that many of its messages cost, by their average, in 1/10 000 USD.
const unitsOf = ({metrics}, messages) => Math.round(units(metrics.estimatedCost) / metrics.total * messages);
const asText = (amount) => (amount / 10000).toFixed(4);
const costOf = (campaign, messages) => money(asText(unitsOf(campaign, messages)));

// Few campaigns are changed: the form is fetched when it is needed.
async function changeCampaign(campaign, update) {
    const form = await import("./change.js").catch(() => null);
    if (form) form.changeCampaign(campaign, update);
    else toast("Waybill does not answer. Try again when it is back.", "bad");
}

async function pauseCampaign({campaignId}, update) {
    try {
        update(await post(campaignPath(campaignId, "/pause")));
        toast("Paused. Messages already on their way still arrive.");
    } catch (error) {
        toast(error.message, "bad");
    }
}

// Whether what is left of its limit pays for no further message.
const isUsedUp = (campaign) => /^The budget of/.test(campaign.pauseReason ?? "") ||
    (Boolean(campaign.maxCost) && units(campaign.budgetLeft ?? 0) < unitsOf(campaign, 1));

async function resumeCampaign(campaign, update) {
    const {campaignId, metrics} = campaign;
    const starts = campaign.sendAt && new Date(campaign.sendAt) > new Date() ? inWords(campaign.sendAt) : null;
    const what = `${plural(metrics.messagesPending, "message")} ${metrics.messagesPending === 1 ? "is" : "are"} left, for about ` +
        `${costOf(campaign, metrics.messagesPending)}. ` +
        (starts ? `Sending starts ${starts}.` : "Sending starts immediately.");
    await confirmed({
        title: "Resume this campaign?",
        content: [h("p", {}, what), campaign.maxCost && limitField(campaign)],
        action: isUsedUp(campaign) ? "Resume with this limit"
            : starts ? "Resume" : `Send ${plural(metrics.messagesPending, "message")} for ${costOf(campaign, metrics.messagesPending)}`,
        act: async (form) => {
            const wanted = form.get("maxCost");
            update(await post(campaignPath(campaignId, "/resume"), wanted ? {maxCost: wanted} : undefined));
            toast(starts ? `Resumed: it starts ${starts}.` : "Resumed.");
        },
    });
}

// A used-up limit must be raised: the field proposes what the rest costs.
function limitField(campaign) {
    const {maxCost, budgetLeft, metrics} = campaign;
    const usedUp = isUsedUp(campaign);
    const spent = units(maxCost) - units(budgetLeft ?? 0);
    const enough = Math.ceil((spent + unitsOf(campaign, metrics.messagesPending)) / 100) / 100;
    const input = h("input", {name: "maxCost", inputmode: "decimal", pattern: "[0-9]+([.][0-9]{1,4})?", required: usedUp,
        title: "An amount like 12.50", value: usedUp ? enough.toFixed(2) : "", placeholder: maxCost});
    return field("New spending limit in USD", input, usedUp
        ? `The limit of ${money(maxCost)} is used up. ${money(enough.toFixed(4))} in all pays for everyone who is left.`
        : `It may spend ${money(maxCost)} in all, of which ${money(budgetLeft)} is left. Leave it empty to keep it.`);
}

async function cancelCampaign({campaignId, metrics}, update) {
    await confirmed({
        title: "Cancel this campaign?",
        content: h("p", {}, `${plural(metrics.messagesPending, "message")} will never be sent; ` +
            `${count(metrics.accepted)} already went out and cannot be taken back.`),
        action: `Cancel ${plural(metrics.messagesPending, "message")}`,
        danger: true,
        act: async () => {
            update(await post(campaignPath(campaignId, "/cancel")));
            toast("Canceled.");
        },
    });
}

async function resendUnknown(campaign) {
    const {campaignId, metrics} = campaign;
    let confirm = metrics.unknown;
    const warning = h("div");
    const action = () => `Send ${plural(confirm, "message")} again for ${costOf(campaign, confirm)}`;
    const warn = (button) => {
        fill(warning,
            h("p", {}, `Twilio's reply to ${plural(confirm, "message")} was lost. It may have sent them: ` +
                `up to ${plural(confirm, "person", "people")} could get the same text twice.`),
            facts([["Could arrive twice", count(confirm)], ["Cost", `about ${costOf(campaign, confirm)}`]]));
        if (button) button.textContent = action();
    };
    warn();
    await confirmed({
        title: "Resend the unknown messages?",
        content: warning,
        action: action(),
        danger: true,
        act: async (form, button) => {
            try {
                const {resent} = await post(campaignPath(campaignId, "/resend-unknown"), {confirm});
                toast(`${plural(resent, "message")} will be sent again.`);
            } catch (error) {
                if (Number.isInteger(error.body?.unknown)) confirm = error.body.unknown;
                warn(button);
                throw error;
            }
        },
    });
}
