// What another system receives: its address, and which updates.

import {get, query} from "../shell/api.js";
import {confirmed} from "../shell/dialogs.js";
import {field, h} from "../shell/dom.js";

// The API's kinds of events, as they are chosen here.
const groups = {
    "Messages that were delivered": "message.delivered message.read",
    "Messages that did not arrive": "message.undelivered message.failed message.unknown",
    "Every other step of a message": "message.accepted message.sent message.canceled",
    "Replies": "reply.received",
    "Opt-outs": "opt_out.created opt_out.lifted",
    "Campaigns that start, pause or end": "campaign.started campaign.paused campaign.resumed campaign.completed campaign.canceled",
    "Problems with sending": "sender.paused sender.resumed account.paused account.resumed budget.reached",
};
const all = Object.entries(groups).map(([label, kinds]) => ({label, kinds: kinds.split(" ")}));

// "message.delivered" -> "Message delivered"
export const kindInWords = (kind) => (kind.charAt(0).toUpperCase() + kind.slice(1)).replace("_", "-").replace(".", " ");

const whoIs = (principal) => principal.replace(/^key:/, "the key ").replace(/^user:/, "");

// No kinds: everything, also what later versions add.
export function whatItGets({events, campaignId, createdBy}) {
    const chosen = all.filter(({kinds}) => kinds.some((kind) => events.includes(kind)))
        .map(({label, kinds}) => kinds.every((kind) => events.includes(kind)) ? label : `${label} (in part)`);
    const what = chosen.map((label, index) => index ? label.charAt(0).toLowerCase() + label.slice(1) : label).join(", ") || "Everything";
    const only = [campaignId && "from one campaign", createdBy && `made by ${whoIs(createdBy)}`].filter(Boolean);
    return only.length ? `${what}; only ${only.join(", ")}` : what;
}

function choices(events) {
    const boxes = all.map(({label, kinds}) => {
        const has = kinds.filter((kind) => !events.length || events.includes(kind));
        const box = h("input", {type: "checkbox", checked: has.length === kinds.length});
        box.indeterminate = has.length > 0 && !box.checked;
        const element = h("label", {class: "choice"}, box, h("span", {}, label));
        return {element, chosen: () => box.indeterminate ? has : box.checked ? kinds : []};
    });
    const chosen = () => {
        const kinds = boxes.flatMap((box) => box.chosen());
        if (!kinds.length) throw new Error("Choose at least one kind of update.");
        return kinds.length === all.flatMap((group) => group.kinds).length ? [] : kinds;
    };
    return {element: h("fieldset", {}, h("legend", {}, "It receives"), boxes.map((box) => box.element)), chosen};
}

// Asks for them, and passes what differs from `was` to `save`, under the API's names.
export async function askWhatItGets({title, action, was, save}) {
    const {campaigns} = await get(query("/api/campaigns", {limit: 100}));
    const isListed = campaigns.some((campaign) => campaign.campaignId === was.campaignId);
    const kinds = choices(was.events);
    const campaign = ({campaignId, name}) => h("option", {value: campaignId, selected: campaignId === was.campaignId}, name);
    return confirmed({
        title,
        action,
        content: [
            field("Address", h("input", {name: "url", type: "url", required: true, value: was.url, autocomplete: "off",
                placeholder: "https://booking.example.com/waybill"}), "The people who look after that system know it."),
            field("Name", h("input", {name: "description", maxlength: 100, value: was.description, placeholder: "Booking system", dir: "auto"})),
            kinds.element,
            h("details", {open: Boolean(was.campaignId || was.createdBy)}, h("summary", {}, "More filters"),
                field("Only from", h("select", {name: "campaignId"}, h("option", {value: ""}, "All campaigns"),
                    was.campaignId && !isListed && campaign({campaignId: was.campaignId, name: was.campaignId}), campaigns.map(campaign))),
                field("Only what was made by", h("input", {name: "createdBy", value: was.createdBy, placeholder: "key:Booking system", autocomplete: "off"}),
                    "A user or a key, as the audit log names them. Empty: everyone.")),
        ],
        act: async (form) => {
            const wanted = {...Object.fromEntries(form), events: kinds.chosen()};
            for (const [name, value] of Object.entries(wanted))
                if (String(value) === String(was[name] ?? "")) delete wanted[name];
            await save(wanted);
        },
    });
}
