// Chooses the page by the part of the address after #, and maintains the frame: the simulation notice, the alarms.

import {connection, get, session} from "./api.js";
import * as campaigns from "../pages/campaigns.js";
import {fill, problem} from "./dom.js";
import {repeat} from "./live.js";
import {may, readSession, signedInAs, signOut} from "./session.js";
import {showSetup, showSignIn} from "./sign_in.js";

// A page is a module with show(main, {signal, parameter}); `signal` ends whatever it has started.
const pages = [
    {path: /^$/, name: "campaigns", title: "Campaigns", load: () => campaigns},
    {path: /^campaigns\/([^/]+)$/, name: "campaigns", title: "Campaign", load: () => import("../campaign/page.js")},
    {path: /^new(?:\/([^/]+))?$/, name: "new", title: "New campaign", load: () => import("../create/page.js")},
    {path: /^overview$/, name: "overview", title: "Overview", load: () => import("../pages/overview.js")},
    {path: /^opt-outs$/, name: "opt-outs", title: "Opt-outs", load: () => import("../pages/opt_outs.js")},
    {path: /^access$/, name: "access", title: "Users and keys", load: () => import("../pages/access.js")},
    {path: /^audit$/, name: "audit", title: "Audit log", load: () => import("../pages/audit.js")},
    {path: /^person(?:\/([^/]+))?$/, name: "person", title: "Person", load: () => import("../pages/person.js")},
    {path: /^system$/, name: "system", title: "System", load: () => import("../pages/system.js")},
];

const main = document.getElementById("main");
let isIn = false; // someone uses the page who may
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
window.addEventListener("hashchange", () => isIn && navigate(true));
const askHealth = repeat(showHealth, 15, new AbortController().signal);
connection.addEventListener("back", () => {
    trouble.hidden = true;
    if (!isIn) enter();
    askHealth();
});

function showFrame() {
    document.getElementById("frame").hidden = !isIn;
    document.getElementById("new").hidden = !may("campaigns:write");
    for (const id of ["access", "audit", "person"]) document.getElementById(id).hidden = !may("admin");
    document.getElementById("who").textContent = signedInAs();
    document.getElementById("sign-out").hidden = signedInAs() === "";
}

// A one-time link stands in the address until it is used; it must not stay in the history of the browser.
function showDoor() {
    const link = /^#setup=([\w-]+)$/.exec(location.hash);
    if (!link) return showSignIn(main, enter);
    showSetup(main, link[1], () => {
        history.replaceState(null, "", "#/");
        enter();
    });
}

async function enter() {
    try {
        isIn = await readSession() !== null;
    } catch (error) {
        fill(main, problem(error, enter));
        return;
    }
    showFrame();
    if (isIn) navigate(false);
    else showDoor();
}

session.addEventListener("ended", () => {
    if (!isIn) return;
    isIn = false;
    leave.abort();
    showFrame();
    showDoor();
});
document.getElementById("sign-out").addEventListener("click", async () => {
    await signOut();
    location.reload();
});
enter();
