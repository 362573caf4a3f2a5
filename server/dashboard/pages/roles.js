// What users and keys may do.

import {h} from "../shell/dom.js";

export const roleNames = {viewer: "Viewer", marketer: "Marketer", operator: "Operator", admin: "Administrator"};

const roles = {
    viewer: "Viewer: sees figures, but no names, numbers and texts",
    marketer: "Marketer: also creates campaigns and sends",
    operator: "Operator: also pauses and cancels every campaign",
    admin: "Administrator: everything, users and keys too",
};

export const roleChoice = () => h("select", {name: "role"},
    Object.entries(roles).map(([role, text]) => h("option", {value: role}, text)));

// A role, or the single permissions of a key.
export const whatItMay = ({role, permissions}) => role ? roleNames[role] ?? role : permissions.join(", ");
