// A message as it looks on a phone.

import {h} from "./dom.js";

// `content` is the text, or its marked characters.
export const bubble = (content) => h("div", {class: "bubble", dir: "auto"}, content);
