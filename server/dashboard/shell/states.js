// The states of a message and of a campaign, in the order in which they are shown.

import {h} from "./dom.js";

// `metric` is the state's name among a campaign's metrics.
export const messageStates = [
    {name: "delivered", metric: "delivered", label: "Delivered", meaning: "The carrier confirmed it"},
    {name: "sent", metric: "sent", label: "Sent", meaning: "With the carrier; waiting for its receipt"},
    {name: "accepted", metric: "queued", label: "Accepted", meaning: "Twilio has accepted it"},
    {name: "sending", metric: "sending", label: "Sending", meaning: "The request to Twilio is under way"},
    {name: "pending", metric: "pending", label: "Waiting", meaning: "Has not left yet"},
    {name: "unknown", metric: "unknown", label: "Unknown", meaning: "Twilio's reply was lost; it may have been sent"},
    {name: "undelivered", metric: "undelivered", label: "Undelivered", meaning: "The carrier could not deliver it"},
    {name: "failed", metric: "failed", label: "Failed", meaning: "Refused by Twilio or the carrier"},
    {name: "canceled", metric: "canceled", label: "Canceled", meaning: "Withdrawn before it left"},
];

const messageLabels = new Map([...messageStates.map((state) => [state.name, state.label]), ["read", "Read"]]);
const campaignLabels = {
    scheduled: "Scheduled", sending: "Sending", paused: "Paused", completed: "Completed", canceled: "Canceled"};

export const messageLabel = (status) => messageLabels.get(status) ?? status;
export const campaignLabel = (status) => campaignLabels[status] ?? status;

export const messageChip = (status) => h("span", {class: `chip state-${status}`}, messageLabel(status));

export function showCampaignChip(chip, status) {
    const className = `chip campaign-${status}`;
    if (chip.className === className) return;
    chip.className = className;
    chip.textContent = campaignLabel(status);
}
