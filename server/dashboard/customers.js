// The first customers of a CSV, read in the browser, to show what each of them would get. The server reads the whole file
// and decides.

import {plainly} from "./segments.js";
import {render, withLineFeeds} from "./template.js";

const readAtMost = 256 * 1024;

// RFC 4180, as far as it is complete: [[field, ...], ...].
function records(text) {
    const all = [];
    let record = [], value = "", quoted = false;
    const endField = () => {
        record.push(value);
        value = "";
    };
    for (let at = 0; at < text.length; ++at) {
        const c = text[at];
        if (quoted) {
            if (c !== "\"") value += c;
            else if (text[at + 1] === "\"") value += text[++at];
            else quoted = false;
        } else if (c === "\"" && value === "") quoted = true;
        else if (c === ",") endField();
        else if (c === "\n" || c === "\r") {
            endField();
            if (record.length > 1 || record[0].trim() !== "") all.push(record);
            record = [];
        } else value += c;
    }
    return all;
}

// {columns: [name], customers: [{row, values: {column: text}}]}; columns in lower case.
export async function readCustomers(file) {
    const whole = file.size <= readAtMost;
    const text = await file.slice(0, readAtMost).text();
    if (text.startsWith("PK") || text.includes("\0")) return {columns: [], customers: []}; // only the server reads those
    const [head = [], ...rows] = records(text.replace(/^\ufeff/, "") + (whole ? "\n" : ""));
    const columns = head.map((name) => name.trim().toLowerCase());
    const customers = rows.map((fields, index) => ({
        row: index + 1,
        values: Object.fromEntries(columns.map((name, column) => [name, (fields[column] ?? "").trim()])),
    }));
    return {columns, customers};
}

function isLapsed(date, days) {
    const ordered = Date.parse(`${date}T00:00:00Z`);
    const today = Math.floor(Date.now() / 86400000) * 86400000;
    return !Number.isNaN(ordered) && today - ordered >= days * 86400000;
}

// The message of one customer as the server writes it.
function written({message, plainCharacters}, values) {
    const shown = plainCharacters ? plainly : (text) => text;
    const cleaned = Object.entries(values).map(([name, value]) => [name, shown(withLineFeeds(value))]);
    return render(shown(withLineFeeds(message)), Object.fromEntries(cleaned));
}

// What the first customers would get, rejected rows left out: [{row, name, phone, text}].
export function firstMessages({customers}, details, rejectedRows, most = 5) {
    const rejected = new Set(rejectedRows.map((row) => row.row));
    const fixed = {restaurant_name: details.restaurantName, offer: details.offer, offer_code: details.offerCode};
    const found = [];
    for (const {row, values} of customers) {
        if (found.length === most) break;
        if (rejected.has(row) || !isLapsed(values.last_order_date, details.lapsedAfterDays)) continue;
        const text = written(details, {...values, ...fixed});
        found.push({row, name: values.customer_name, phone: values.phone_number, text});
    }
    return found;
}
