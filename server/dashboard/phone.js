// A message as it stands on a phone.

import {h} from "./dom.js";

// `content` is text, or the marked characters of it.
export const bubble = (content) => h("div", {class: "bubble"}, content);
