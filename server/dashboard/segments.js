// How a text is cut into segments, and which of its characters make it expensive: the GSM-7 alphabet, or else UCS-2. The
// server counts for the bill; this is to see it while one types.

const basic = new Set("\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz" +
    "¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ");
const extended = new Set("\f^{}\\[~]|€");

const limits = {"GSM-7": {alone: 160, concatenated: 153}, "UCS-2": {alone: 70, concatenated: 67}};

const septets = (character) => basic.has(character) ? 1 : extended.has(character) ? 2 : 0;

const graphemes = (text) => Array.from(new Intl.Segmenter("en", {granularity: "grapheme"}).segment(text),
    (piece) => piece.segment);

// Fills segments one after the other with pieces that are not split.
function cut(units, capacity) {
    let segments = 1, used = 0;
    for (const unit of units) {
        if (used + unit > capacity) {
            ++segments;
            used = 0;
        }
        used += unit;
    }
    return segments;
}

// {encoding, units, segments, limit: units of a segment, marks: [{text, kind}]}; kind is "plain",
// "double" (costs two in GSM-7) or "unicode" (takes the whole text to UCS-2).
export function measure(text) {
    const characters = Array.from(text);
    const encoding = characters.every((character) => septets(character) > 0) ? "GSM-7" : "UCS-2";
    const pieces = encoding === "GSM-7" ? characters.map(septets) : graphemes(text).map((piece) => piece.length);
    const units = pieces.reduce((sum, unit) => sum + unit, 0);
    const {alone, concatenated} = limits[encoding];
    const segments = units <= alone ? 1 : cut(pieces, concatenated);
    return {encoding, units, segments, limit: segments === 1 ? alone : concatenated, marks: mark(text, encoding)};
}

function mark(text, encoding) {
    const marks = [];
    for (const piece of graphemes(text)) {
        const costs = Array.from(piece).map(septets);
        const kind = costs.includes(0) ? "unicode" : encoding === "GSM-7" && costs.includes(2) ? "double" : "plain";
        if (kind === "plain" && marks.at(-1)?.kind === "plain") marks.at(-1).text += piece;
        else marks.push({text: piece, kind});
    }
    return marks;
}

// Characters that writing programs slip in, and what says the same in GSM-7.
const plainer = new Map(Object.entries({
    "’": "'", "‘": "'", "`": "'", "´": "'", "“": "\"", "”": "\"", "„": "\"", "–": "-", "—": "-", "…": "...",
    "\u00a0": " ", "\u202f": " ", "•": "-", "×": "x", "\t": " ", "\u200b": "",
}));

export const plainly = (text) => Array.from(text, (character) => plainer.get(character) ?? character).join("");

export const isPlainable = (text) => plainly(text) !== text;
