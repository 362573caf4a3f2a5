// Chooses the page by the part of the address after #, and maintains the frame: the simulation notice, the alarms.

import * as campaigns from "../pages/campaigns.js";
import {connection, get, isAway, noteConnection, session} from "./api.js";
import {fill, h, noPermission, problem, styleSheet} from "./dom.js";
import {repeat} from "./live.js";
import {may, readSession, roleOf, signedInAs, signOut} from "./session.js";

// A page is a module with show(main, {signal, parameter, address}); `signal` ends whatever it has started, `address` is
// what stands behind the ? of the address and can be changed. `needs`: the permission without which it shows nothing;
// `style`: a sheet of its own.
const pages = [
    {path: /^$/, name: "campaigns", title: "Campaigns", module: campaigns},
    {path: /^campaigns\/([^/]+)$/, name: "campaigns", title: "Campaign", load: () => import("../campaign/page.js")},
    {path: /^new(?:\/([^/]+))?$/, name: "new", title: "New campaign", style: "/assets/style/create.css",
        load: () => import("../create/page.js")},
    {path: /^messages$/, name: "messages", title: "Messages", load: () => import("../message/list.js")},
    {path: /^messages\/([^/]+)$/, name: "messages", title: "Message", load: () => import("../message/view.js")},
    {path: /^overview$/, name: "overview", title: "Overview", load: () => import("../pages/overview.js")},
    {path: /^opt-outs$/, name: "opt-outs", title: "Opt-outs", load: () => import("../pages/opt_outs.js")},
    {path: /^access$/, name: "access", title: "Users and keys", needs: "admin", load: () => import("../pages/access.js")},
    {path: /^connections(?:\/([^/]+))?$/, name: "connections", title: "Connections", needs: "endpoints:write",
        load: () => import("../pages/connections.js")},
    {path: /^audit$/, name: "audit", title: "Audit log", needs: "admin", load: () => import("../pages/audit.js")},
    {path: /^person(?:\/([^/]+))?$/, name: "person", title: "Person", needs: "admin", load: () => import("../pages/person.js")},
    {path: /^system$/, name: "system", title: "System", load: () => import("../pages/system.js")},
];

const setupLink = /^#setup=([\w-]+)$/;
const main = document.getElementById("main");
const account = document.getElementById("account");
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
    const [path, search = ""] = address.split("?");
    for (const page of pages) {
        const found = page.path.exec(path);
        if (found) return {page, path, parameter: decoded(found[1] ?? ""), search};
    }
    return {page: pages[0], path: "", parameter: "", search: ""};
}

// Filters and searches stand in the address, so that a link leads to what one sees.
function addressOf(path, search) {
    const values = new URLSearchParams(search);
    return {
        get: (name) => values.get(name) ?? "",
        set: (changed) => {
            for (const [name, value] of Object.entries(changed)) if (value) values.set(name, value);
            else values.delete(name);
            const all = values.toString();
            history.replaceState(null, "", `#/${path}${all && `?${all}`}`);
        },
    };
}

const opensLater = () => h("p", {class: "nothing"}, "This page opens automatically when Waybill is back.");

// While Waybill is away its modules cannot be fetched either, and browsers remember that they could not until the page
// is loaded anew.
function openLater() {
    fill(main, opensLater());
    noteConnection("server", true, "Waybill does not answer. This page opens automatically when it is back.");
    connection.addEventListener("back", () => location.reload(), {once: true});
    askHealth();
}

async function loaded(page) {
    if (page.module) return page.module;
    try {
        const [module] = await Promise.all([page.load(), styleSheet("/assets/style/print.css", "print"),
            page.style && styleSheet(page.style)]);
        return module;
    } catch {
        return {show: openLater};
    }
}

const refused = ({title}) => ({show: () => fill(main, h("h1", {}, title), noPermission())});

async function navigate(moveFocus) {
    leave.abort();
    leave = new AbortController();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    const {signal} = leave;
    const {page, path, parameter, search} = match(location.hash.replace(/^#\/?/, ""));
    document.title = `${page.title} · Waybill`;
    for (const link of document.querySelectorAll(".top [data-page]"))
        if (link.dataset.page === page.name) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    account.open = false;
    const module = page.needs && !may(page.needs) ? refused(page) : await loaded(page);
    if (signal.aborted) return;
    fill(main);
    module.show(main, {signal, parameter, address: addressOf(path, search)});
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
    noteConnection("database", health.database === "away",
        "The database does not answer. What you see is as it was; this page continues automatically when it is back.");
    document.getElementById("simulated").hidden = !health.simulated;
    const isBad = health.status !== "healthy" || health.endpointsDisabled;
    document.getElementById("alarm").hidden = !isBad;
    document.querySelector(".top [data-page=system]").classList.toggle("bad", isBad);
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
window.addEventListener("hashchange", () => {
    if (isIn) navigate(true);
    else if (setupLink.test(location.hash)) showDoor();
});
const askHealth = repeat(showHealth, 5, new AbortController().signal);
connection.addEventListener("back", () => {
    trouble.hidden = true;
    if (!isIn && !main.querySelector(".problem")) enter(); // a problem tries again automatically
});

// The menu closes like one of the system: by Escape, and by what happens elsewhere.
document.addEventListener("click", (event) => {
    if (!account.contains(event.target)) account.open = false;
});
account.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !account.open) return;
    account.open = false;
    account.querySelector("summary").focus();
});

function showFrame() {
    document.getElementById("frame").hidden = !isIn;
    document.getElementById("new").hidden = !may("campaigns:write");
    for (const id of ["opt-outs", "messages-link"]) document.getElementById(id).hidden = !may("messages:read");
    for (const id of ["access", "audit", "person"]) document.getElementById(id).hidden = !may("admin");
    document.getElementById("connections").hidden = !may("endpoints:write");
    account.hidden = !isIn;
    document.getElementById("who").textContent = signedInAs() || "This computer";
    document.getElementById("account-about").textContent = signedInAs()
        ? `Signed in as ${signedInAs()} (${roleOf()})` : "You need not sign in on this computer until there is a user.";
    document.getElementById("sign-out").hidden = signedInAs() === "";
}

// A one-time link stands in the address until it is used; it must not stay in the history of the browser.
async function showDoor() {
    const link = setupLink.exec(location.hash);
    const door = await import("./sign_in.js").catch(() => null);
    if (!door) return openLater();
    if (!link) return door.showSignIn(main, enter);
    door.showSetup(main, link[1], () => {
        history.replaceState(null, "", "#/");
        enter();
    });
}

async function enter() {
    try {
        isIn = await readSession() !== null;
    } catch (error) {
        fill(main, isAway() ? opensLater() : problem(error, enter));
        if (!isAway()) setTimeout(enter, 5000);
        return;
    }
    showFrame();
    if (isIn) navigate(false);
    else showDoor();
}

// What one may do can change while one is here.
session.addEventListener("refused", async () => {
    const was = roleOf();
    if (!isIn || !await readSession().catch(() => null) || roleOf() === was) return;
    showFrame();
    navigate(false);
});
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
