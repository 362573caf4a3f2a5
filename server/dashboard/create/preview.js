// The message on a customer's phone, while it is written: of the first customers, or of one who is sought.

import {bubble, fill, h, setText, settled} from "../shell/dom.js";
import {count, plural} from "../shell/format.js";
import {isPlainable, measure, plainly} from "../text/segments.js";
import {render, withLineFeeds} from "../text/template.js";

const example = {line: null, name: "John", data: {}};

// `sought(words)` is called when someone else's message is to be shown.
export function createPreview({usePlain, sought}) {
    const who = h("p", {class: "phone-who", dir: "auto"});
    const screen = h("div", {class: "phone-screen", tabindex: 0, role: "group", "aria-label": "The message as customers get it"});
    const size = h("p", {class: "size", role: "status"});
    const advice = h("div", {class: "advice"});
    const search = h("input", {type: "search", "aria-label": "Show the message of", placeholder: "Name or last digits",
        autocomplete: "off"});
    const nothing = h("p", {class: "hint", role: "status"});
    const move = (by, label, text) => h("button", {class: "step", type: "button", "aria-label": label, onclick: () => {
        at = (at + by + people.length) % people.length;
        draw();
    }}, text);
    const moves = h("div", {class: "steps"}, move(-1, "The customer before", "‹"), move(1, "The next customer", "›"));
    const element = h("div", {class: "create-preview"},
        h("section", {class: "card phone-card"}, h("h2", {}, "What customers get"),
            h("div", {class: "phone"}, h("div", {class: "phone-head"}, who, moves), screen), size),
        h("section", {class: "card preview-more"}, h("label", {class: "preview-search"}, h("span", {}, "Show the message of"), search),
            nothing, advice));
    let people = [example], at = 0, details = {}, checked = null;

    const draw = () => {
        const person = people[at], text = written(details, person);
        const measured = measure(text);
        moves.hidden = people.length < 2;
        setText(who, person === example ? "An example, until you choose a list" : `${person.name} · line ${count(person.line)}`);
        fill(screen, bubble(measured.marks.map(markedText)));
        setText(size, sizeText(measured, Array.from(text).length));
        const canBePlainer = isPlainable(details.message + details.offer + details.restaurantName) && !details.plainCharacters;
        fill(advice, adviceOn(measured, text), dearerBecauseOfNames(checked?.ucs2FromData, details.plainCharacters),
            canBePlainer && h("button", {class: "button", type: "button", onclick: usePlain}, "Use plain characters"));
    };
    search.addEventListener("input", settled(() => sought(search.value.trim()), 400));

    const show = (latest) => {
        details = withStandIns(latest.details);
        if (latest.checked !== checked) {
            checked = latest.checked;
            const found = checked?.recipients ?? [];
            const words = search.value.trim();
            setText(nothing, checked && words && found.length === 0 ? `No one who gets this message matches “${words}”.` : "");
            people = found.length ? found : people.filter((person) => checked && person !== example);
            if (!people.length) people = [example];
        }
        at = Math.min(at, people.length - 1);
        draw();
    };
    return {element, show, sought: () => search.value.trim(), person: () => ({...people[at], text: written(details, people[at])})};
}

const withStandIns = (details) => ({...details, restaurantName: details.restaurantName || "Your restaurant",
    offer: details.offer || "Your offer.", offerCode: details.offerCode || "CODE"});

// The message of one customer as the server writes it.
function written(details, {name, data}) {
    const shown = details.plainCharacters ? plainly : (text) => text;
    const fromList = Object.entries(data ?? {}).map(([column, value]) => [column.trim().toLowerCase(), String(value).trim()]);
    const values = {
        ...Object.fromEntries(fromList), customer_name: name, restaurant_name: details.restaurantName, offer: details.offer,
        offer_code: details.offerCode,
    };
    const cleaned = Object.entries(values).map(([column, value]) => [column, shown(withLineFeeds(value ?? ""))]);
    return render(shown(withLineFeeds(details.message ?? "")), Object.fromEntries(cleaned));
}

const markTitles = {
    unicode: "A special character: with it, a segment of this message holds only 70 characters",
    double: "Counts as two characters",
};

const markedText = ({text, kind}) => kind === "plain" ? text : h("mark", {class: kind, title: markTitles[kind]}, text);

const sizeText = ({units, segments, limit}, characters) =>
    `${plural(characters, "character")} · ${plural(segments, "segment")}` +
    (segments === 1 ? ` · room for ${count(limit - units)} more` : ", each of which is charged");

function adviceOn({encoding, segments, marks}, text) {
    if (encoding === "GSM-7") return null;
    const costly = [...new Set(marks.filter((mark) => mark.kind === "unicode").map((mark) => mark.text))];
    const without = measure(Array.from(text).filter((c) => measure(c).encoding === "GSM-7").join("")).segments;
    const words = costly.slice(0, 8).flatMap((one) => [h("mark", {class: "unicode"}, one), " "]);
    const cost = without < segments
        ? `Without ${costly.length === 1 ? "it" : "them"} this message would take ${plural(without, "segment")}, not ${segments}.`
        : "For this message it makes no difference to the price; a longer one would cost more.";
    return h("p", {}, words, `${costly.length === 1 ? "is a special character" : "are special characters"}: a segment then holds ` +
        `70 characters instead of 160. ${cost}`);
}

// Which names raise the price although the text does not.
function dearerBecauseOfNames(found, isPlain) {
    if (!found?.messages) return null;
    const names = (found.examples ?? []).map(({name, line, characters}) => `${name} (${characters}, line ${count(line)})`);
    const fixed = found.fixedByPlainCharacters;
    return h("p", {class: "dearer"}, `${plural(found.messages, "message")} can cost more because of names and other entries ` +
        `of the list: ${names.join(", ")}${found.messages > names.length ? " and others" : ""}. `,
    !isPlain && fixed > 0 && `“Use plain characters” brings ${fixed === found.messages ? "all of them" : count(fixed)} ` +
        "to the normal price.");
}
