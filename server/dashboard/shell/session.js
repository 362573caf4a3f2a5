// Who uses this page, and what they may do.

import {get, post} from "./api.js";

let known = null;

// Nothing: nobody has signed in. Throws when Waybill does not answer.
export async function readSession() {
    try {
        known = await get("/api/auth/me");
    } catch (error) {
        if (error.status !== 401 && error.status !== 403) throw error;
        known = null;
    }
    return known;
}

export const may = (permission) => known !== null && known.permissions.includes(permission);

// Marketers control the campaigns that they created.
export const mayControl = ({createdBy}) =>
    may("campaigns:control") || (may("campaigns:control-own") && known !== null && createdBy === known.principal);

// As it is shown in the head of the page; empty for the person on the same machine, who need not sign in.
export const signedInAs = () => known?.user.email ?? "";

const roles = {viewer: "viewer", marketer: "marketer", operator: "operator", admin: "administrator"};
export const roleOf = () => roles[known?.user.role] ?? "";

export async function signOut() {
    await post("/api/auth/logout");
    known = null;
}
