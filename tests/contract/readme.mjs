// The commands and programs that the READMEs show.

import {execFile} from "node:child_process";
import {readFile} from "node:fs/promises";
import {promisify} from "node:util";

const run = promisify(execFile);
const timedOut = 28; // of curl: a stream, which never ends

// The commands of the sections about the API and about events, without comments, continued lines together.
async function commandsOf(root) {
    const [readme, api, events] = await Promise.all(["README.md", "server/api/README.md", "server/events/README.md"].map(
        (name) => readFile(`${root}/${name}`, "utf8")));
    const first = readme.slice(readme.indexOf("## The API by example"), readme.indexOf("## Before you put it"));
    return [...(first + api + events).matchAll(/^```(\w*)\n([^]*?)^```/gm)].filter(([, language]) => !language).flatMap(([,, block]) =>
        block.replaceAll(/\\\n */g, "").split(/^(?=curl )|^#.*\n|^\n/m).filter((each) => each.startsWith("curl ")));
}

// Runs each as it stands there, against this Waybill; returns those that are refused, with the answers.
export async function refusedCommands(root, waybillUrl, receiverUrl) {
    const refused = [], commands = await commandsOf(root);
    let campaign = "none", endpoint = 1;
    for (const command of commands) {
        const adapted = command.replaceAll("localhost:8000", new URL(waybillUrl).host).replace("campaigns/ID", `campaigns/${campaign}`)
            .replace("endpoints/1", `endpoints/${endpoint}`).replace(/https:\/\/shop.example.com\/\w+/, receiverUrl);
        const script = `curl() { command curl --fail-with-body --max-time ${adapted.includes("-sN") ? 2 : 60} "$@"; }\n${adapted}`;
        const {code = 0, stdout} = await run("bash", ["-c", script], {cwd: root}).catch((error) => error);
        campaign = /"campaignId":"(\w+)","status":"scheduled"/.exec(stdout)?.[1] ?? campaign;
        endpoint = /^{"id":(\d+),"url"/.exec(stdout)?.[1] ?? endpoint;
        if (code !== 0 && !(code === timedOut && adapted.includes("-sN"))) refused.push(`${adapted.trim()}: ${code} ${stdout}`);
    }
    return {refused, count: commands.length};
}

// Programs of which the README of events shows something else than what is tested.
export async function unlikePrograms(root, names) {
    const readme = await readFile(`${root}/server/events/README.md`, "utf8");
    const texts = await Promise.all(names.map((name) => readFile(`${root}/tests/contract/${name}`, "utf8")));
    return names.filter((_, index) => !readme.includes(texts[index]));
}
