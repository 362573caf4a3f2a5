// What is wrong or missing in the text of a message, while it is written.

import {h} from "../shell/dom.js";
import {bracketedNames, strayBraces, unknownPlaceholders} from "./template.js";

const waysOut = /\b(stop|opt[ -]?out|unsubscribe)\b/i;

export const offersWayOut = (text) => waysOut.test(text);

const quoted = (names) => names.map((name) => `“${name}”`).join(", ");

// `columns` of the file; null without one.
export function messageNotes(text, columns) {
    const stray = strayBraces(text);
    const unknown = columns ? unknownPlaceholders(text, columns) : [];
    const bracketed = bracketedNames(text, columns ?? []);
    return [
        stray.length > 0 && h("span", {class: "fault"}, `${quoted(stray)}: write placeholders like {customer_name}; ` +
            "other braces cannot be sent. "),
        unknown.length > 0 && h("span", {class: "fault"},
            `The file has no column ${unknown.map((name) => `{${name}}`).join(", ")}. `),
        bracketed.length > 0 && h("span", {class: "fault"},
            `${bracketed.map((name) => `[${name}] is sent as it stands; did you mean {${name}}?`).join(" ")} `),
        !offersWayOut(text) && h("span", {class: "advice-no-way-out"},
            "This text does not say how to get off the list. US law asks for it: add “Reply STOP to opt out”."),
    ];
}
