// How a text is cut into segments, and which of its characters make it expensive: the GSM-7 alphabet, or else UCS-2. The
// server counts for the bill; this shows it while typing.

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
// "double" (costs two in GSM-7) or "unicode" (forces the whole text into UCS-2).
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

// Characters that word processors insert, and their equivalents in GSM-7. The server has the same table (clean_text).
const lookAlikes = {
    "'": "\u2018\u2019\u201a\u201b\u2032`\u00b4\u02bc",
    "\"": "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7",
    "...": "\u2026",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t",
    "x": "\u00d7", "/": "\u2044", "": "\u00ad\u200b\u2060\ufeff",
};
const plainer = new Map(Object.entries(lookAlikes).flatMap(([plain, all]) => Array.from(all, (one) => [one, plain])));

export const plainly = (text) => Array.from(text, (character) => plainer.get(character) ?? character).join("");

export const isPlainable = (text) => plainly(text) !== text;
