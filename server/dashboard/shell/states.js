// The states of a message and of a campaign, in the order in which they are shown.

import {h} from "./dom.js";
import {money} from "./format.js";

// `metric` is the state's name among a campaign's metrics.
export const messageStates = [
    {name: "delivered", metric: "delivered", label: "Delivered", meaning: "The carrier confirmed it"},
    {name: "sent", metric: "sent", label: "Sent", meaning: "With the carrier; its delivery report is still to come"},
    {name: "accepted", metric: "queued", label: "Accepted by Twilio", meaning: "Twilio has accepted it and passes it on"},
    {name: "sending", metric: "sending", label: "Sending", meaning: "The request to Twilio is under way"},
    {name: "pending", metric: "pending", label: "Waiting", meaning: "Has not left yet"},
    {name: "unknown", metric: "unknown", label: "Unknown", meaning: "Twilio's reply was lost; it may have been sent"},
    {name: "undelivered", metric: "undelivered", label: "Undelivered", meaning: "The carrier could not deliver it"},
    {name: "failed", metric: "failed", label: "Failed", meaning: "Refused by Twilio or the carrier"},
    {name: "canceled", metric: "canceled", label: "Canceled", meaning: "Withdrawn before it left"},
];

export const finalStates = ["delivered", "undelivered", "failed", "canceled", "read"];

const messageLabels = new Map([...messageStates.map((state) => [state.name, state.label]), ["read", "Read"]]);
const campaignLabels = {
    scheduled: "Scheduled", sending: "Sending", paused: "Paused", completed: "Completed", canceled: "Canceled"};

export const messageLabel = (status) => messageLabels.get(status) ?? status;
export const campaignLabel = (status) => campaignLabels[status] ?? status;

export const messageChip = (status) => h("span", {class: `chip state-${status}`}, messageLabel(status));

// Why it does not send, in the words of the dashboard; '': it does, or a person has paused it.
export function whyNot({pauseReason, maxCost}) {
    if (!pauseReason || pauseReason === "Paused by an operator") return "";
    return /^The budget of/.test(pauseReason)
        ? `The spending limit of ${money(maxCost)} is used up. Resume with a higher one, or cancel the campaign.`
        : pauseReason.replace(/[.]?$/, ".");
}

// Whether it stands still although it should be sending: Twilio refuses the sender or the account.
export const isHeldBack = ({status, pauseReason}) =>
    status === "sending" && Boolean(pauseReason) && !/^Quiet hours/.test(pauseReason);

export function showCampaignChip(chip, campaign) {
    const isQuiet = campaign.status === "sending" && Boolean(campaign.pauseReason);
    const [name, label] = isHeldBack(campaign) ? ["refused", "Not sending"]
        : isQuiet ? ["paused", "Quiet hours"] : [campaign.status, campaignLabel(campaign.status)];
    const className = `chip campaign-${name}`;
    if (chip.className === className) return;
    chip.className = className;
    chip.textContent = label;
}
