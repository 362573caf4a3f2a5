// Charts by Chart.js, which is fetched when the first one is drawn. Colours come from the style sheet, so that they follow
// light and dark.

import {connection} from "./api.js";

let library;

function chartLibrary() {
    library ??= new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = "/assets/chart.min.js";
        script.addEventListener("load", () => resolve(window.Chart));
        script.addEventListener("error", () => {
            script.remove();
            library = undefined;
            reject(new Error("The charts could not be loaded; the figures are beside them."));
        });
        document.head.append(script);
    });
    return library;
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function baseOptions() {
    const ticks = {color: colour("muted"), maxRotation: 0, autoSkipPadding: 16, font: {size: 11}};
    const grid = {color: colour("line"), drawBorder: false, drawTicks: false};
    return {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        interaction: {mode: "index", intersect: false},
        scales: {
            x: {ticks: {...ticks}, grid: {display: false, drawBorder: false}, stacked: true},
            y: {ticks: {...ticks, precision: 0, maxTicksLimit: 5, padding: 8}, grid, beginAtZero: true, stacked: true},
        },
        plugins: {
            legend: {
                display: true, position: "bottom", align: "start",
                labels: {color: colour("muted"), boxWidth: 10, boxHeight: 10, usePointStyle: true, pointStyle: "rectRounded",
                    padding: 14, font: {size: 12}},
            },
            tooltip: {
                backgroundColor: colour("ink"), titleColor: colour("surface"), bodyColor: colour("surface"),
                padding: 10, cornerRadius: 8, boxPadding: 4, usePointStyle: true,
            },
        },
    };
}

export const bars = (label, data, state) => ({
    type: "bar", label, data, backgroundColor: colour(state), borderRadius: 2, categoryPercentage: 0.9,
    barPercentage: 0.9, maxBarThickness: 44, stack: "bars",
});

// A chart that `describe(data)` gives {labels, datasets, options?(base), summary} for; a screen reader
// reads the summary. Redrawn when light becomes dark.
export function chart(describe, signal) {
    const canvas = document.createElement("canvas");
    const element = document.createElement("div");
    element.className = "chart";
    element.append(canvas);
    let drawn = null, latest;

    const draw = async () => {
        if (latest === undefined) return;
        const Chart = await chartLibrary().catch((error) => {
            connection.addEventListener("back", drawLater, {once: true, signal});
            throw error;
        });
        if (signal.aborted) return;
        const {labels, datasets, options = (base) => base, summary} = describe(latest);
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", summary);
        if (drawn) {
            drawn.data.labels = labels;
            datasets.forEach((set, index) => Object.assign(drawn.data.datasets[index], set));
            drawn.update();
        } else {
            drawn = new Chart(canvas, {type: "bar", data: {labels, datasets}, options: options(baseOptions())});
        }
    };
    const drawLater = () => draw().catch(() => {});
    const drop = () => {
        drawn?.destroy();
        drawn = null;
    };
    dark.addEventListener("change", () => {
        drop();
        draw();
    }, {signal});
    signal.addEventListener("abort", drop);
    const show = (data) => {
        latest = data;
        return draw(); // fails while the library cannot be fetched; then it is drawn later
    };
    return {element, show};
}
