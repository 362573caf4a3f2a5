// When the receipts of a campaign arrived, and how long they took.

import {campaignPath, get} from "../shell/api.js";
import {bars, chart, colour} from "../shell/charts.js";
import {card, h, setText} from "../shell/dom.js";
import {count, duration, exactly, plural, when} from "../shell/format.js";
import {repeat} from "../shell/live.js";
import {messageStates} from "../shell/states.js";

const mostBuckets = 400;

export function campaignCharts(id, signal) {
    const receipts = chart(describeReceipts, signal);
    const lag = chart(describeLag, signal);
    const receiptsNote = h("p", {class: "nothing"}, "Loading…");
    const lagNote = h("p", {class: "nothing"}, "Loading…");
    const element = h("div", {class: "pair wide-left"},
        card("Delivery reports over time", receiptsNote, receipts.element),
        card("How long delivery takes", lagNote, lag.element));
    receipts.element.hidden = lag.element.hidden = true;

    let stale = true, removed = false;
    const load = async () => {
        if (!stale) return;
        stale = false;
        try {
            const timeline = await get(campaignPath(id, "/timeline"));
            if (signal.aborted) return;
            const gone = removed && "This was removed with the messages.";
            await showOr(receipts, receiptsNote, withoutGaps(timeline),
                timeline.points.length, gone || "Nothing yet. Bars appear here with the first delivery report.");
            await showOr(lag, lagNote, timeline.lag,
                timeline.lag.length, gone || "Nothing yet. This is measured on every delivery.");
        } catch (error) {
            stale = true;
            setText(receiptsNote, error.message);
            setText(lagNote, "");
            receiptsNote.hidden = false;
        }
    };
    repeat(load, 3, signal);
    let last = "";
    const show = ({metrics, messagesRemovedAt}) => {
        stale ||= removed !== Boolean(messagesRemovedAt);
        removed = Boolean(messagesRemovedAt);
        const now = messageStates.map((state) => metrics[state.metric]).join();
        stale ||= now !== last;
        last = now;
    };
    return {element, show};
}

async function showOr(one, note, data, any, nothing) {
    one.element.hidden = any === 0;
    note.hidden = any > 0;
    setText(note, nothing);
    if (any > 0) await one.show(data);
}

// A bar for every bucket, empty ones included unless there are too many.
function withoutGaps({bucketSeconds, points}) {
    if (!points.length) return {bucketSeconds, points};
    const start = Date.parse(points[0].at), step = bucketSeconds * 1000;
    const buckets = (Date.parse(points.at(-1).at) - start) / step + 1;
    if (buckets > mostBuckets) return {bucketSeconds, points};
    const there = new Map(points.map((point) => [Date.parse(point.at), point]));
    const all = Array.from({length: buckets}, (_, index) => {
        const at = start + index * step;
        return there.get(at) ?? {at: new Date(at).toISOString(), accepted: 0, delivered: 0, undelivered: 0, failed: 0};
    });
    return {bucketSeconds, points: all};
}

function describeReceipts({bucketSeconds, points}) {
    const label = bucketSeconds < 60 ? exactly : when;
    const of = (name) => points.map((point) => point[name]);
    const total = (name) => of(name).reduce((sum, value) => sum + value, 0);
    return {
        labels: points.map((point) => label(point.at)),
        datasets: [
            bars("Delivered", of("delivered"), "delivered"), bars("Undelivered", of("undelivered"), "undelivered"),
            bars("Failed", of("failed"), "failed"), takenLine(of("accepted")),
        ],
        summary: `Receipts every ${duration(bucketSeconds)}: ${count(total("delivered"))} delivered, ` +
            `${count(total("undelivered"))} undelivered, ${count(total("failed"))} failed`,
    };
}

const takenLine = (data) => ({
    type: "line", label: "Accepted by Twilio", data, borderColor: colour("accent"), backgroundColor: colour("accent"),
    borderWidth: 2, pointRadius: data.length === 1 ? 4 : 0, stepped: "middle", stack: "line", yAxisID: "y",
});

function describeLag(lag) {
    const worst = lag.reduce((most, bin) => bin.count > most.count ? bin : most, lag[0]);
    return {
        labels: lag.map((bin) => duration(bin.seconds)),
        datasets: [bars("Deliveries", lag.map((bin) => bin.count), "delivered")],
        options: (base) => {
            base.plugins.legend.display = false;
            base.plugins.tooltip.callbacks = {title: ([item]) => `up to ${item.label}`};
            return base;
        },
        summary: `Time from sending to the receipt; most often up to ${duration(worst.seconds)}, ` +
            `${plural(worst.count, "delivery", "deliveries")}`,
    };
}
