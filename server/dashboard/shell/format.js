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

// Of 1/10 000 USD, in which the server counts exactly: "1.5" -> 15000.
export function units(text) {
    const [dollars, places = ""] = String(text).split(".");
    return Number(dollars) * 10000 + Number(places.padEnd(4, "0").slice(0, 4));
}

// "1234.5050" -> "$1,234.51".
export function money(text) {
    if ((text ?? null) === null) return none;
    const amount = units(text);
    if (amount > 0 && amount < 100) return "less than $0.01";
    return exactCents.format(Math.round(amount / 100) / 100);
}

// The same for tables, where it stands in every row.
export const shortMoney = (text) => money(text).replace("less than", "<");

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

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const wholeDate = new Intl.DateTimeFormat("en-US", {weekday: "long", month: "long", day: "numeric", hour: "2-digit",
    minute: "2-digit", hourCycle: "h23"});

// "on Sunday, November 29 at 18:00 (Europe/Berlin), in 3 h"
export function inWords(time) {
    const seconds = (new Date(time) - Date.now()) / 1000;
    const wait = seconds > 0 ? `, in ${duration(Math.max(1, Math.round(seconds)))}` : ", which has passed";
    return `on ${wholeDate.format(new Date(time))} (${zone})${wait}`;
}

const dateWithYear = new Intl.DateTimeFormat("en-US", {month: "short", day: "numeric", year: "numeric"});

export const dateOnly = (iso) => dateWithYear.format(new Date(iso));

// Days of this browser's zone, as a date field has them: "2026-03-31".
export function localDate(time) {
    const two = (number) => String(number).padStart(2, "0");
    return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

// Midnight of that date, `later` days after it.
export function midnight(date, later = 0) {
    const [year, month, day] = date.split("-").map(Number);
    return new Date(year, month - 1, day + later);
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
