// The health of Waybill itself.

import {get, post} from "../shell/api.js";
import {toast} from "../shell/dialogs.js";
import {card, fill, h, problem, tableHead} from "../shell/dom.js";
import {ago, bytes, count, duration, exactly, money, plural} from "../shell/format.js";
import {repeat} from "../shell/live.js";
import {may} from "../shell/session.js";
import {notifications} from "./notifications.js";

export function show(main, {signal}) {
    const content = h("div"), foot = h("p", {class: "hint"});
    fill(main, h("h1", {}, "System"), content, may("admin") && notifications(signal), foot);
    let shown = "";
    const load = async () => {
        try {
            const system = await get("/api/system");
            if (signal.aborted) return;
            const now = JSON.stringify([system, ago(system.lastReceiptAt)]);
            if (now === shown) return;
            shown = now;
            fill(content, page(system, again));
            fill(foot, footnote(system));
        } catch (error) {
            if (signal.aborted) return;
            shown = "";
            fill(content, problem(error, again));
        }
    };
    const again = repeat(load, 2, signal);
}

function page(system, reload) {
    return [
        h("ul", {class: "parts"}, [
            twilioPart(system), databasePart(system), receiptsPart(system), journalPart(system.journal), sendingPart(system),
            budgetPart(system.dailyBudget), mailPart(system.notifications),
            connectionsPart(system.disabledEndpoints),
        ]),
        card("Senders", h("p", {class: "hint"}, "Their pace is counted in segments: a long text has several"), sendersTable(system.senders, reload)),
    ];
}

const footnote = ({version}) => [
    `Waybill ${version}. The same for machines: `, h("a", {href: "/metrics"}, "/metrics"), ", ",
    h("a", {href: "/readyz"}, "/readyz"), ", ", h("a", {href: "/api/system"}, "/api/system"), ".",
];

// `tone`: good, bad, warn or simulated.
const part = (name, tone, value, note) => h("li", {class: `part-card ${tone}`},
    h("span", {class: "part-light", "aria-hidden": "true"}), h("h2", {}, name), h("p", {class: "part-value"}, value),
    h("p", {class: "part-note"}, note));

const twilioPart = ({simulated}) => simulated
    ? part("Twilio", "simulated", "Simulated", "Nothing reaches a phone. Set the Twilio settings to send real texts.")
    : part("Twilio", "good", "Configured", "Texts are sent, and charged.");

const databasePart = ({database}) => database === "reachable"
    ? part("Database", "good", "Reachable", "Delivery reports are stored as soon as they come.")
    : part("Database", "bad", "Away", "Nothing is sent, and delivery reports wait on this computer's disk. Check PostgreSQL and DATABASE_URL.");

function receiptsPart({lastReceiptAt, receiptsSilent, receiptLagSeconds}) {
    const last = lastReceiptAt ? ago(lastReceiptAt) : "None yet";
    if (receiptsSilent)
        return part("Last delivery report", "bad", last, "Messages go out and no report comes back. Check PUBLIC_BASE_URL and the token.");
    const lag = receiptLagSeconds
        ? `Half come within ${duration(receiptLagSeconds.p50)}, 99% within ${duration(receiptLagSeconds.p99)}.`
        : "How long they take is shown after the first delivery.";
    return part("Last delivery report", "good", last, lag);
}

function journalPart({records, bytes: size, full}) {
    if (full)
        return part("Waiting reports", "bad", "No room left",
            "Delivery reports are refused. Make room in JOURNAL_DIR or raise JOURNAL_MAX_BYTES.");
    if (records > 0)
        return part("Waiting reports", "warn", plural(records, "delivery report"),
            `${bytes(size)} on this computer's disk wait for the database and are then stored.`);
    return part("Waiting reports", "good", "None", "Delivery reports go straight into the database.");
}

function sendingPart({inFlight, concurrencyLimit, senders}) {
    const paused = senders.filter((sender) => sender.pausedAt);
    if (paused.length > 0)
        return part("Sending", "bad", "Paused",
            [paused[0].pauseCode, paused[0].pauseReason].filter(Boolean).join(": "));
    return part("Sending", "good", inFlight ? `${count(inFlight)} under way` : "Idle",
        `At most ${plural(concurrencyLimit, "message")} are handed to Twilio at the same time.`);
}

const budgetPart = (budget) => budget && part("Daily budget", budget.usedUp ? "warn" : "good", `${money(budget.left)} left`,
    `${money(budget.spent)} of ${money(budget.amount)} are spent. ` +
    (budget.usedUp ? "Campaigns wait until" : "The next day begins at") + ` ${exactly(budget.nextDayAt)}.`);

const mailPart = ({mail, mailFault}) => mail === "faulty" &&
    part("E-mail to you", "warn", "Not working", `${mailFault.replace(/\.$/, "")}. Texts are sent all the same.`);

// Waybill has stopped trying; people have to act.
const connectionsPart = (stopped) => stopped.length > 0 && part("Connections", "bad whole", `${stopped.length} stopped`, [
    `No updates reach ${stopped.map(({name}) => name).join(", ")}. Have the other system fixed, then resume the connection: what waited is sent then. `,
    may("endpoints:write") && h("a", {href: stopped.length > 1 ? "#/connections" : `#/connections/${stopped[0].id}`}, "Open the connection"),
]);

function sendersTable(senders, reload) {
    if (!senders.length) return h("p", {class: "nothing"}, "A sender appears here with its first message.");
    return h("table", {class: "senders"},
        tableHead("Sender", "#Pace", "State", "(Resume)"),
        h("tbody", {}, senders.map((sender) => senderRow(sender, reload))));
}

function senderRow({sender, name, messagesPerSecond, pausedAt, pauseCode, pauseReason, probeAt}, reload) {
    const title = /^\+/.test(sender) ? sender : name;
    const resume = async () => {
        try {
            await post(`/api/senders/${encodeURIComponent(sender || "messaging-service")}/resume`);
            toast(`${title} sends again.`);
            reload();
        } catch (error) {
            toast(error.message, "bad");
        }
    };
    const why = pausedAt && [
        h("span", {class: "chip campaign-refused"}, "Paused"),
        ` ${[pauseCode, pauseReason].filter(Boolean).join(": ")}`, probeAt && `. Tried again at ${exactly(probeAt)}.`,
    ];
    return h("tr", {},
        h("td", {class: "cell-to"}, title, name && title !== name && h("span", {class: "aside-note"}, name)),
        h("td", {class: "number pace"}, messagesPerSecond ? `${messagesPerSecond} a second` : "–"),
        h("td", {class: "cell-error"}, why || h("span", {class: "chip campaign-completed"}, "Ready")),
        h("td", {class: "number"}, pausedAt && may("senders:control") && h("button", {class: "button small", type: "button", onclick: resume}, "Resume")));
}
