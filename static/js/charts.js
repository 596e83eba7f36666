// Charts: an element with data-chart="id" draws the JSON of the script element of that id. A click leads to the list behind.
import { barHeight, optionsOf } from "./chart_options.js";

// `init` is that of ECharts, which the entry of the page imports.
export function attachCharts(root, init) {
  const charts = [...root.querySelectorAll("[data-chart]")].map((element) => drawChart(element, init));
  if (!charts.length) return;
  const again = () => charts.forEach(({ chart, paint }) => { chart.resize(); paint(); });
  let timer;
  window.addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(again, 100); });
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
}

// On paper the table behind each chart is open.
export function attachChartTables(root) {
  const tables = [...root.querySelectorAll("details.chart-table")];
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = tables.filter((table) => !table.open);
    closed.forEach((table) => { table.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((table) => { table.open = false; }));
}

function drawChart(element, init) {
  const data = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  if (data.kind === "bar") element.style.height = `${barHeight(data)}px`;
  const chart = init(element, null, { locale: "ZH" });
  const paint = () => chart.setOption(optionsOf(data, coloursNow(), element.dataset.chartTitle, element.clientWidth), true);
  paint();
  chart.on("click", (point) => {
    if (point.componentType !== "series") return;
    window.location.assign(data.series[point.seriesIndex].links[point.dataIndex]);
  });
  return { chart, paint };
}

function coloursNow() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    font: getComputedStyle(document.body).fontFamily,
    ink: of("--portal-ink"),
    soft: of("--portal-ink-soft"),
    line: of("--portal-line"),
    card: of("--portal-card"),
    bars: [of("--portal-bar"), of("--portal-ink-soft")],
    target: of("--portal-red-ink"),
  };
}
