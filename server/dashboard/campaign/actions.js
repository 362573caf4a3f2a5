// The actions on a campaign: pause, resume, cancel, resend the unknown, download.

import {campaignPath, post} from "../shell/api.js";
import {confirmed, facts, toast} from "../shell/dialogs.js";
import {field, fill, h, setText} from "../shell/dom.js";
import {count, money, plural} from "../shell/format.js";
import {may} from "../shell/session.js";

// `update` receives the campaign as it is after an action.
export function campaignActions(id, update) {
    let campaign = null;
    const button = (text, act, className = "button") =>
        h("button", {class: className, type: "button", hidden: true, onclick: () => act(campaign, update)}, text);
    const pause = button("Pause", pauseCampaign);
    const resume = button("Resume", resumeCampaign, "button primary");
    const cancel = button("Cancel campaign", cancelCampaign, "button quiet-danger");
    const resend = button("Resend unknown", resendUnknown);
    const rejected = h("a", {class: "button", href: campaignPath(id, "/rejected-rows.csv"), download: ""}, "Rejected rows");
    const buttons = h("div", {class: "actions"}, resume, pause, resend, cancel,
        h("a", {class: "button", href: campaignPath(id, "/messages.csv"), download: ""}, "Messages CSV"), rejected);
    const notice = h("div", {class: "notice", role: "status", hidden: true});

    const show = (now) => {
        campaign = now;
        if (!may("campaigns:control") && !may("campaigns:control-own")) return showPause(notice, now);
        pause.hidden = !["sending", "scheduled"].includes(now.status);
        resume.hidden = now.status !== "paused";
        cancel.hidden = !["sending", "scheduled", "paused"].includes(now.status);
        resend.hidden = now.metrics.unknown === 0;
        rejected.hidden = now.csvErrorCount === 0;
        showPause(notice, now);
    };
    return {buttons, notice, show};
}

// A campaign that is sending may have a reason too: quiet hours, or a paused sender.
function showPause(notice, {status, pauseReason}) {
    const sentence = pauseReason && pauseReason.replace(/[.]?$/, ".");
    const text = status === "paused"
        ? `${sentence ?? "Paused."} No more messages are sent until it is resumed; those already on their way still arrive.`
        : sentence ? `Nothing is being sent right now. ${sentence}` : "";
    setText(notice, text);
    notice.hidden = text === "";
}

// What that many of its messages cost, by their average.
const costOf = ({metrics}, messages) => money((Number(metrics.estimatedCost) / metrics.total * messages).toFixed(4));

async function pauseCampaign({campaignId}, update) {
    try {
        update(await post(campaignPath(campaignId, "/pause")));
        toast("Paused. Messages already on their way still arrive.");
    } catch (error) {
        toast(error.message, "bad");
    }
}

async function resumeCampaign(campaign, update) {
    const {campaignId, metrics, maxCost, budgetLeft} = campaign;
    const cost = costOf(campaign, metrics.messagesPending);
    const budget = maxCost && field("New budget in USD",
        h("input", {name: "maxCost", inputmode: "decimal", pattern: "[0-9]+([.][0-9]{1,4})?", placeholder: maxCost}),
        `It may spend ${money(maxCost)} in all, of which ${money(budgetLeft)} is left. Leave it empty to keep it.`);
    await confirmed({
        title: "Resume this campaign?",
        content: [h("p", {}, `${plural(metrics.messagesPending, "message")} will be sent, for about ${cost}.`), budget],
        action: `Send ${plural(metrics.messagesPending, "message")} for ${cost}`,
        act: async (form) => {
            const wanted = form.get("maxCost");
            update(await post(campaignPath(campaignId, "/resume"), wanted ? {maxCost: wanted} : undefined));
            toast("Resumed.");
        },
    });
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
