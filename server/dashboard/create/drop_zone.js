// Where the list is dropped or chosen.

import {fill, h} from "../shell/dom.js";
import {bytes, percent} from "../shell/format.js";

// `chosen` receives each new file.
export function dropZone(chosen) {
    let file = null;
    const input = h("input", {type: "file", accept: ".csv,.xlsx,.txt,.tsv,text/csv", class: "unseen", id: "customer-list", name: "customerList"});
    const title = h("span", {class: "drop-title"}, "Drop in the list of your customers");
    const hint = h("span", {class: "drop-hint"}, "or choose a file: Excel (.xlsx) or CSV, with name, phone number and last order");
    const meter = h("progress", {max: 1, value: 0, hidden: true, "aria-label": "Upload"});
    const fault = h("p", {class: "fault", role: "alert"});
    const label = h("label", {class: "drop", for: "customer-list"}, title, hint, meter);
    const element = h("div", {class: "drop-box"}, input, label, fault,
        h("p", {class: "hint"}, h("a", {href: "/api/campaigns/sms/sample-csv", download: ""}, "Download a sample file")));

    const take = (next) => {
        if (!next) return;
        file = next;
        showFault("");
        label.classList.add("filled");
        fill(title, file.name);
        fill(hint, `${bytes(file.size)} · drop another to replace it`);
        chosen(file);
    };
    input.addEventListener("change", () => {
        take(input.files[0]);
        input.value = ""; // the same file may be chosen again
    });
    const drag = (event) => {
        event.preventDefault();
        label.classList.toggle("over", event.type !== "dragleave" && event.type !== "drop");
        if (event.type === "drop") take(event.dataTransfer.files[0]);
    };
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) element.addEventListener(type, drag);

    const askForFile = () => {
        showFault("Choose the list of your customers first.");
        input.focus();
    };
    const showFault = (sentence) => fill(fault, sentence);
    const showProgress = (share) => {
        meter.hidden = share === null;
        meter.value = share ?? 0;
        if (share !== null) fill(hint, share < 1 ? `Uploading, ${percent(share, 1)}` : "Checking every row…");
        else if (file) fill(hint, `${bytes(file.size)} · drop another to replace it`);
    };
    // A file that has changed on disk since it was chosen can no longer be read.
    const isReadable = (one) => one.slice(0, 1).arrayBuffer().then(() => true, () => {
        showFault("The file has changed since you chose it. Choose it again.");
        return false;
    });
    return {element, file: () => file, isReadable, askForFile, showFault, showProgress};
}
