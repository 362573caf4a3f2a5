// Drafts of campaigns, kept in this browser until they are sent. Each tab has its own: tabs ask each other which drafts
// are open, so that none overwrites another one's.

const prefix = "waybill-draft-", keptDays = 14, patience = 150;
const ownKey = "waybill-draft";

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Browsers may refuse to store anything; the page works without.
function stored(read) {
    try {
        return read();
    } catch {
        return null;
    }
}

function drafts() {
    const all = Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) =>
        ({id: key.slice(prefix.length), ...stored(() => JSON.parse(localStorage.getItem(key)))}));
    const oldest = Date.now() - keptDays * 86400000;
    for (const {id, savedAt} of all) if (!(savedAt > oldest)) localStorage.removeItem(prefix + id);
    return all.filter(({savedAt}) => savedAt > oldest).sort((a, b) => b.savedAt - a.savedAt);
}

// The ids of the drafts that other tabs have open; `own()` names this one's when they ask.
function openElsewhere(own, signal) {
    const channel = new BroadcastChannel("waybill-drafts"), open = new Set(), me = newId();
    channel.addEventListener("message", ({data}) => {
        if (data.open) open.add(data.open);
        else if (own()) channel.postMessage({open: own()});
    });
    signal.addEventListener("abort", () => channel.close());
    channel.postMessage({asks: me});
    return new Promise((resolve) => setTimeout(() => resolve(open), patience));
}

// {typed: what was kept or null, savedAt, save(typed), forget()}; `isNew`: nothing is put back.
export async function openDraft(signal, isNew) {
    let id = null;
    const others = await openElsewhere(() => id, signal);
    const all = stored(drafts) ?? [];
    const own = stored(() => sessionStorage.getItem(ownKey));
    const free = all.filter((draft) => !others.has(draft.id));
    const found = isNew ? undefined : free.find((draft) => draft.id === own) ?? free[0];
    id = found?.id ?? newId();
    stored(() => sessionStorage.setItem(ownKey, id));
    return {
        typed: found?.typed ?? null,
        savedAt: found?.savedAt ?? null,
        save: (typed) => stored(() => localStorage.setItem(prefix + id, JSON.stringify({typed, savedAt: Date.now()}))),
        forget: () => stored(() => localStorage.removeItem(prefix + id)),
    };
}
