// What axe-core finds on the pages of the dashboard, which a headless Chromium shows: at two widths, in light and dark.

import {spawn} from "node:child_process";
import {once} from "node:events";
import {readFile} from "node:fs/promises";

const widths = [375, 1440], themes = ["light", "dark"];

// A browser led by chromedriver at that port over the WebDriver protocol.
class Browser {
    static async started(port) {
        const driver = spawn("chromedriver", [`--port=${port}`], {stdio: "ignore"});
        const ended = once(driver, "exit").then(() => { throw new Error("chromedriver has ended"); });
        const browser = new Browser(driver, `http://127.0.0.1:${port}`);
        await Promise.race([browser.open(), ended]);
        ended.catch(() => {}); // from here on it ends when it is asked to
        return browser;
    }

    constructor(driver, origin) {
        this.driver = driver;
        this.path = origin;
    }

    async open() {
        for (const deadline = Date.now() + 60000; Date.now() < deadline;) {
            if (await fetch(`${this.path}/status`).then(({ok}) => ok, () => false)) break;
            await new Promise((later) => setTimeout(later, 50));
        }
        const args = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
            "--no-first-run", "--disable-background-networking", "--lang=en-US"];
        const {sessionId} = await this.ask("POST", "/session",
            {capabilities: {alwaysMatch: {browserName: "chrome", "goog:chromeOptions": {args}}}});
        this.path += `/session/${sessionId}`;
    }

    async ask(method, path, body) {
        const reply = await fetch(this.path + path, {method, body: body && JSON.stringify(body)});
        const {value} = await reply.json();
        if (!reply.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
        return value;
    }

    devtools(cmd, params) {
        return this.ask("POST", "/goog/cdp/execute", {cmd, params});
    }

    // Runs the body of a function in the page; a promise that it returns is awaited.
    run(script, ...args) {
        return this.ask("POST", "/execute/sync", {script, args});
    }

    async waitFor(words) {
        for (const deadline = Date.now() + 20000; Date.now() < deadline;) {
            if (await this.run("return document.getElementById('main').innerText.includes(arguments[0])", words)) return;
            await new Promise((later) => setTimeout(later, 50));
        }
        throw new Error(`the page does not say "${words}"`);
    }

    async close() {
        await this.ask("DELETE", "").catch(() => {});
        this.driver.kill();
    }
}

// The words show that a page has its data.
export const views = (campaign, message) => [
    ["/", "delivered"],
    [`/campaigns/${campaign}`, "All messages"],
    ["/new", "Drop in the list"],
    ["/messages", "+1555"],
    [`/messages/${message}`, "History"],
    ["/overview", "Messages by day"],
    ["/access", "Add key"],
    ["/connections", "Add a connection"],
    ["/system", "Reachable"],
];

const judge = `return axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations.map(({id, nodes}) =>
    id + ": " + nodes.map(({target, any}) => target.join(" ") + " " + (any[0]?.message ?? "")).join("; ")))`;

// {runs, faults}: how many pages were judged, and what is wrong on them.
export async function judgePages(waybillUrl, port, pages) {
    const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
    const browser = await Browser.started(port);
    const faults = [];
    let runs = 0;
    try {
        await browser.ask("POST", "/url", {url: `${waybillUrl}/`});
        await browser.run(axe);
        for (const width of widths) {
            await browser.devtools("Emulation.setDeviceMetricsOverride", {width, height: 900, deviceScaleFactor: 1, mobile: false});
            for (const [address, words] of pages) {
                await browser.run("location.hash = arguments[0]", address);
                await browser.waitFor(words);
                for (const theme of themes) {
                    await browser.devtools("Emulation.setEmulatedMedia", {features: [
                        {name: "prefers-color-scheme", value: theme}, {name: "prefers-reduced-motion", value: "reduce"}]});
                    const found = await browser.run(judge);
                    faults.push(...found.map((fault) => `${address} ${width} ${theme}: ${fault}`));
                    ++runs;
                }
            }
        }
    } finally {
        await browser.close();
    }
    return {runs, faults};
}
