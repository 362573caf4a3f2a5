// How figures are shown. Everything accepts what the API returns, null included.

const none = "–";
const whole = new Intl.NumberFormat("en-US");
const exactCents = new Intl.NumberFormat("en-US", {style: "currency", currency: "USD"});
const shortTime = new Intl.DateTimeFormat("en-US", {hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
const exactTime =
    new Intl.DateTimeFormat("en-US", {hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23"});
const dayAndTime = new Intl.DateTimeFormat(
    "en-US", {month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23"});
const dayMonth = new Intl.DateTimeFormat("en-US", {month: "short", day: "numeric", timeZone: "UTC"});

export const count = (number) => (number ?? null) === null ? none : whole.format(number);

export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

// "1234.5000" -> "$1,234.50"; the last two places only of small amounts that need them.
export function money(text) {
    if ((text ?? null) === null) return none;
    const [dollars, places = ""] = String(text).split(".");
    const four = places.padEnd(4, "0").slice(0, 4);
    if (Number(dollars) >= 10) return exactCents.format(Number(text));
    return `$${dollars}.${four.replace(/0{1,2}$/, "")}`;
}

export function percent(part, all) {
    if (!all) return none;
    if (part === 0) return "0%";
    const share = part / all * 100;
    if (part === all) return "100%";
    return `${share < 10 || share > 99 ? Math.min(share, 99.9).toFixed(1) : Math.round(share)}%`;
}

export function duration(seconds) {
    if ((seconds ?? null) === null) return none;
    if (seconds < 0.95) return `${Math.round(seconds * 1000)} ms`;
    if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
    if (seconds < 90) return `${Math.round(seconds)} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    return `${Math.floor(hours / 24)} days`;
}

export function bytes(size) {
    if (size < 1024) return `${size} bytes`;
    if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KB`;
    return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

const isToday = (time) => time.toDateString() === new Date().toDateString();

// "21:32" today, "Nov 20, 21:32" on other days.
export function when(iso) {
    if (!iso) return none;
    const time = new Date(iso);
    return isToday(time) ? shortTime.format(time) : dayAndTime.format(time);
}

export const exactly = (iso) => iso ? exactTime.format(new Date(iso)) : none;
export const fullDate = (iso) => iso ? dayAndTime.format(new Date(iso)) : none;
export const day = (date) => dayMonth.format(new Date(`${date}T00:00:00Z`));

// The carrier's own time, if it has the form YYMMDDhhmm.
export function carrierTime(text) {
    const [year, month, ...rest] = text.match(/^\d{10}/)?.[0].match(/../g).map(Number) ?? [];
    return year === undefined ? text : shortTime.format(Date.UTC(2000 + year, month - 1, ...rest));
}

export function ago(iso) {
    if (!iso) return none;
    const seconds = (Date.now() - new Date(iso)) / 1000;
    if (seconds < 5) return "just now";
    if (seconds < 86400) return `${duration(seconds)} ago`;
    return dayAndTime.format(new Date(iso));
}
