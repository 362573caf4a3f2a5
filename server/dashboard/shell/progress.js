// The bar of a campaign: how many of its messages are in which state.

import {h, setText} from "./dom.js";
import {count, percent} from "./format.js";
import {messageStates} from "./states.js";

const summary = (metrics) =>
    messageStates.filter((state) => metrics[state.metric] > 0)
        .map((state) => `${count(metrics[state.metric])} ${state.label.toLowerCase()}`).join(", ") || "no messages";

export function progressBar() {
    const parts = messageStates.map((state) => h("span", {class: `part state-${state.name}`}));
    const element = h("div", {class: "bar", role: "img"}, parts);
    const show = (metrics) => {
        messageStates.forEach((state, index) => {
            parts[index].style.flexGrow = metrics[state.metric];
            parts[index].hidden = metrics[state.metric] === 0;
        });
        element.setAttribute("aria-label", summary(metrics));
    };
    return {element, show};
}

// The states with their numbers; a click chooses the messages in that state.
export function stateLegend(choose) {
    const entries = messageStates.map((state) => {
        const number = h("span", {class: "legend-count"});
        const share = h("span", {class: "legend-share"});
        const element = h("button",
            {class: "legend-entry", type: "button", title: state.meaning, onclick: () => choose(state.name)},
            h("span", {class: `dot state-${state.name}`}), h("span", {}, state.label), number, share);
        return {state, element, number, share};
    });
    const show = (metrics) => {
        for (const {state, element, number, share} of entries) {
            const here = metrics[state.metric];
            element.hidden = here === 0;
            setText(number, count(here));
            setText(share, percent(here, metrics.total));
        }
    };
    return {element: h("div", {class: "legend"}, entries.map((entry) => entry.element)), show};
}
