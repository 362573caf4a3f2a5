// Chooses the page by the part of the address after #, and maintains the frame: the simulation notice, the alarms.

import {connection, get} from "./api.js";
import * as campaigns from "./campaigns.js";
import {fill, problem} from "./dom.js";
import {repeat} from "./live.js";

// A page is a module with show(main, {signal, parameter}); `signal` ends whatever it has started.
const pages = [
    {path: /^$/, name: "campaigns", title: "Campaigns", load: () => campaigns},
    {path: /^campaigns\/([^/]+)$/, name: "campaigns", title: "Campaign", load: () => import("./campaign.js")},
    {path: /^new$/, name: "new", title: "New campaign", load: () => import("./create.js")},
    {path: /^overview$/, name: "overview", title: "Overview", load: () => import("./overview.js")},
    {path: /^opt-outs$/, name: "opt-outs", title: "Opt-outs", load: () => import("./opt_outs.js")},
    {path: /^system$/, name: "system", title: "System", load: () => import("./system.js")},
];

const main = document.getElementById("main");
let leave = new AbortController();

function decoded(part) {
    try {
        return decodeURIComponent(part);
    } catch {
        return part; // not encoded correctly: nothing will match it
    }
}

function match(address) {
    for (const page of pages) {
        const found = page.path.exec(address);
        if (found) return {page, parameter: decoded(found[1] ?? "")};
    }
    return {page: pages[0], parameter: ""};
}

async function navigate(moveFocus) {
    leave.abort();
    leave = new AbortController();
    const {signal} = leave;
    const {page, parameter} = match(location.hash.replace(/^#\/?/, ""));
    document.title = `${page.title} · Waybill`;
    for (const link of document.querySelectorAll(".top [data-page]"))
        if (link.dataset.page === page.name) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    try {
        const module = await page.load();
        if (signal.aborted) return;
        fill(main);
        module.show(main, {signal, parameter});
    } catch (error) {
        if (!signal.aborted) fill(main, problem(error, () => navigate(true)));
    }
    if (!moveFocus) return;
    window.scrollTo(0, 0);
    main.focus({preventScroll: true});
}

async function showHealth() {
    let health;
    try {
        health = await get("/api/health");
    } catch {
        return; // the connection has already reported it
    }
    document.getElementById("simulated").hidden = !health.simulated;
    document.getElementById("alarm").hidden = health.status === "healthy";
}

const trouble = document.getElementById("trouble");
connection.addEventListener("away", (event) => {
    fill(trouble, event.detail);
    trouble.hidden = false;
});

document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
});
window.addEventListener("hashchange", () => navigate(true));
const askHealth = repeat(showHealth, 15, new AbortController().signal);
connection.addEventListener("back", () => {
    trouble.hidden = true;
    askHealth();
});
navigate(false);
