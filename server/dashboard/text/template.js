// The text of a message with its {placeholders}: what the server would make of it, or refuse. The server has the same
// rules (server/text), and the tests hold both to the same cases.

const name = /^\{([\w \-\u0080-\uffff]+)\}/;
const maxPieces = 3, maxPiece = 60;

export const standing = ["customer_name", "restaurant_name", "offer", "offer_code"];

export const withLineFeeds = (text) => text.replace(/\r\n?/g, "\n");

// {size, name} of the placeholder that begins the text, or null.
function placeholderOf(text) {
    const found = name.exec(text);
    return found && found[1].trim() !== "" ? {size: found[0].length, name: found[1].trim().toLowerCase()} : null;
}

// Calls `literal` and `placeholder` with the pieces of the text, in order.
function walk(text, literal, placeholder) {
    for (let at = 0; at < text.length;) {
        const found = text[at] === "{" ? placeholderOf(text.slice(at)) : null;
        if (found) placeholder(found.name, text.slice(at, at + found.size));
        else literal(text[at]);
        at += found ? found.size : 1;
    }
}

// The distinct names, in lower case.
export function placeholders(template) {
    const names = new Set();
    walk(template, () => {}, (name) => names.add(name));
    return [...names];
}

// Puts values in place of {names}, once; names without a value stay.
export function render(template, values) {
    let text = "";
    walk(template, (piece) => { text += piece; },
        (name, whole) => { text += Object.hasOwn(values, name) ? values[name] : whole; });
    return text;
}

export function unknownPlaceholders(template, columns) {
    const known = new Set([...columns, ...standing]);
    return placeholders(template).filter((name) => !known.has(name));
}

// Placeholders of columns whose cell is empty in this row.
export const emptyValues = (template, values) =>
    placeholders(template).filter((name) => Object.hasOwn(values, name) && values[name].trim() === "");

// Names of columns in square brackets: probably meant as placeholders.
export function bracketedNames(template, columns) {
    const known = new Set([...columns, ...standing]);
    const names = Array.from(template.matchAll(/\[([^[\]\n]*)\]/g), (found) => found[1].trim().toLowerCase());
    return [...new Set(names)].filter((name) => known.has(name));
}

// Behind the closing braces that follow soon on the same line; otherwise the end of the word.
function endOfPiece(text, begin) {
    const line = text.slice(begin, begin + maxPiece).split("\n")[0];
    const closed = /^[^}]*\}+/.exec(line);
    return begin + (closed ? closed[0].length : /^\S*/.exec(line)[0].length);
}

function beginningOfWord(text, from, at) {
    let begin = at;
    while (begin > from && at - begin < maxPiece && !/[\s}]/.test(text[begin - 1])) --begin;
    return begin;
}

// The pieces whose braces belong to no placeholder, as they stand there; the first three.
export function strayBraces(text) {
    const pieces = [];
    for (let at = 0, read = 0; at < text.length && pieces.length < maxPieces;) {
        const found = text[at] === "{" ? placeholderOf(text.slice(at)) : null;
        if (found) read = at += found.size;
        else if (text[at] === "{") {
            read = endOfPiece(text, at);
            pieces.push(text.slice(at, read));
            at = read;
        } else if (text[at] === "}") {
            const begin = beginningOfWord(text, read, at);
            read = at + /^\}+/.exec(text.slice(at))[0].length;
            pieces.push(text.slice(begin, read));
            at = read;
        } else ++at;
    }
    return pieces;
}
