// The fields of a new campaign: their controls, what they say, and how they are filled again.

import {h} from "../shell/dom.js";

export const defaultMessage = "Hi {customer_name}! We miss you at {restaurant_name}! {offer} Use code {offer_code}. " +
    "Reply STOP to opt out";

const optional = {required: false};
const amount = {inputmode: "decimal", pattern: "[0-9]+([.][0-9]{1,4})?", title: "An amount like 12.50"};

function input(name, properties = {}) {
    return h("input", {name, required: true, autocomplete: "off", ...properties});
}

export function createFields() {
    return {
        lapsedAfterDays: input("lapsedAfterDays", {type: "number", min: 0, max: 36500, value: 30}),
        notTextedWithinHours: input("notTextedWithinHours", {type: "number", min: 0, max: 8760, value: 24}),
        restaurantName: input("restaurantName", {placeholder: "Luigi's", dir: "auto"}),
        offer: input("offer", {placeholder: "20% off any pizza.", dir: "auto"}),
        offerCode: input("offerCode", {placeholder: "SAVE20"}),
        message: h("textarea", {name: "message", rows: 4, required: true, value: defaultMessage, maxlength: 1600, dir: "auto"}),
        plainCharacters: h("input", {name: "plainCharacters", type: "checkbox", role: "switch"}),
        sendAt: input("sendAt", {...optional, type: "datetime-local"}),
        maxCost: input("maxCost", {...optional, ...amount, placeholder: "25.00"}),
        quietFrom: input("quietFrom", {...optional, type: "time"}),
        quietUntil: input("quietUntil", {...optional, type: "time"}),
        timeZone: input("timeZone", {...optional, list: "time-zones", placeholder: "Each customer's own"}),
        from: input("from", {...optional, inputmode: "tel", placeholder: "As configured"}),
        name: input("name", {...optional, placeholder: "Restaurant and code", dir: "auto"}),
    };
}

export const inZone = (local) => local ? new Date(local).toISOString().replace(/\.\d+Z$/, "Z") : "";

// As the API takes them; '': not given.
export function detailsOf(controls) {
    const value = (name) => controls[name].value.trim();
    const hasQuietHours = controls.quietFrom.value && controls.quietUntil.value;
    return {
        restaurantName: value("restaurantName"), offer: value("offer"), offerCode: value("offerCode"), name: value("name"),
        message: value("message") || defaultMessage,
        lapsedAfterDays: value("lapsedAfterDays") || "30",
        sendAt: inZone(controls.sendAt.value),
        maxCost: value("maxCost"), from: value("from"),
        plainCharacters: controls.plainCharacters.checked ? "true" : "",
        quietHours: hasQuietHours ? `${controls.quietFrom.value}-${controls.quietUntil.value}` : "",
        timeZone: hasQuietHours ? value("timeZone") : "",
        notTextedWithinHours: value("notTextedWithinHours") || "0",
    };
}

export function encoded(details, file) {
    const form = new FormData();
    for (const [name, value] of Object.entries(details)) if (value !== "") form.append(name, value);
    if (file) form.append("customerList", file);
    return form;
}

// What was typed, by field, to be kept and put back.
export const typedInto = (controls) => Object.fromEntries(Object.entries(controls).map(([name, control]) =>
    [name, control.type === "checkbox" ? control.checked : control.value]));

export function putInto(controls, typed) {
    for (const [name, value] of Object.entries(typed)) {
        const control = controls[name];
        if (!control) continue;
        if (control.type === "checkbox") control.checked = Boolean(value);
        else control.value = value ?? "";
    }
}

// The fields of a campaign that exists, for another one like it.
export const typedFor = (campaign) => ({
    restaurantName: campaign.restaurantName, offer: campaign.offer, offerCode: campaign.offerCode,
    message: campaign.messageTemplate, lapsedAfterDays: campaign.lapsedAfterDays,
    notTextedWithinHours: campaign.notTextedWithinHours ?? 0, plainCharacters: campaign.plainCharacters,
    maxCost: campaign.maxCost?.replace(/0{1,2}$/, "") ?? "", from: campaign.sender,
    quietFrom: campaign.quietHours?.from ?? "", quietUntil: campaign.quietHours?.until ?? "",
    timeZone: campaign.quietHours?.timeZone ?? "",
});
