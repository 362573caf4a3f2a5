// What keeps a page fresh. Nothing runs while the page is hidden, and everything ends with its signal.

import {campaignPath, connection, get, isAway, noteConnection} from "./api.js";

// Does `work` immediately and then every `seconds`; it shows its own errors. Returns a function that does it out of turn.
export function repeat(work, seconds, signal) {
    let timer, busy = false;
    const run = async () => {
        if (busy || signal.aborted || document.hidden) return;
        busy = true;
        clearTimeout(timer);
        try {
            await work();
        } finally {
            busy = false;
            if (!signal.aborted) timer = setTimeout(run, seconds * 1000);
        }
    };
    document.addEventListener("visibilitychange", run, {signal});
    signal.addEventListener("abort", () => clearTimeout(timer));
    run();
    return run;
}

const retryStream = 10000;

// Passes every state of a campaign to `show`: from Server-Sent Events, and by polling every 2 seconds while there are
// none. `tell` receives "live", "polling" or "away" and, with the latter two, the error.
export function watchCampaign(id, signal, {show, tell}) {
    let stream = null, live = false, retry;

    const close = () => {
        clearTimeout(retry);
        stream?.close();
        stream = null;
        live = false;
    };
    const open = () => {
        if (document.hidden || signal.aborted) return;
        stream = new EventSource(campaignPath(id, "/events"));
        stream.addEventListener("campaign", (event) => {
            live = true;
            noteConnection("server", false);
            if (!isAway()) tell("live");
            show(JSON.parse(event.data));
        });
        stream.addEventListener("error", () => {
            live = false;
            if (stream.readyState !== EventSource.CLOSED) return; // the browser reconnects automatically
            close();
            retry = setTimeout(open, retryStream);
        });
    };
    const poll = async () => {
        if (live) return;
        try {
            const campaign = await get(campaignPath(id));
            if (signal.aborted || live) return;
            tell("polling");
            show(campaign);
        } catch (error) {
            if (!signal.aborted) tell("away", error);
        }
    };

    connection.addEventListener("away", () => tell("away", new Error("Waybill or its database does not answer.")), {signal});
    connection.addEventListener("back", () => tell(live ? "live" : "polling"), {signal});
    document.addEventListener("visibilitychange", () => document.hidden ? close() : stream ?? open(), {signal});
    signal.addEventListener("abort", close);
    open();
    return repeat(poll, 2, signal);
}
