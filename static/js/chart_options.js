// What ECharts is asked to draw: pure functions of the data, the colours and the width. Text everywhere is drawn, not written as
// markup (richText): the content security policy forbids inline styles.
const NARROW = 560;

// Return the options of a chart of either kind.
export function optionsOf(data, colours, title, width) {
  return { bar: barOptions, line: lineOptions }[data.kind](data, colours, title, width);
}

// Return the height in pixels of a bar chart: each name needs a line.
export function barHeight(data) {
  return Math.max(160, data.categories.length * 30 + 48);
}

export function percent(value) {
  return value === null ? "—" : `${value.toFixed(2)} %`;
}

export function shortened(text, length) {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

// Return the least value of the axis of a line chart: a full ten, with ten of air below the lowest value or target.
export function axisFloor(data) {
  const known = data.series.flatMap((series) => series.values).filter((value) => value !== null);
  const lowest = Math.min(...known, data.target ?? 100, 100);
  return Math.max(0, Math.floor(lowest / 10) * 10 - 10);
}

function sharedOptions(data, colours, title) {
  return {
    animationDuration: 150,
    animationDurationUpdate: 0,
    aria: { enabled: true, label: { description: title } },
    textStyle: { fontFamily: colours.font, color: colours.ink },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.card,
      borderColor: colours.line,
      textStyle: { color: colours.ink },
      formatter: ({ dataIndex, seriesIndex }) => {
        const { name, words } = data.series[seriesIndex];
        return `${data.categories[dataIndex]}\n${name}：${words[dataIndex]}`;
      },
    },
  };
}

function targetLine(data, colours, axis) {
  if (data.target === null) return undefined;
  return {
    silent: true,
    animation: false,
    z: axis === "xAxis" ? 5 : 1, // over the bars, but under the numbers of a line
    symbol: "none",
    lineStyle: { color: colours.target, type: "dashed", width: 1.5 },
    label: { formatter: data.target_words, color: colours.target, position: axis === "xAxis" ? "start" : "end" },
    data: [{ [axis]: data.target }],
  };
}

function barOptions(data, colours, title, width) {
  return {
    ...sharedOptions(data, colours, title),
    grid: { left: 8, right: 8, top: 28, bottom: 8, containLabel: true },
    xAxis: {
      type: "value",
      min: 0,
      max: 100,
      axisLabel: { color: colours.soft, formatter: "{value}" },
      splitLine: { lineStyle: { color: colours.line } },
    },
    yAxis: barAxes(data, colours, width),
    series: data.series.map((series, place) => ({
      type: "bar",
      name: series.name,
      data: series.values,
      barMaxWidth: 18,
      itemStyle: { color: colours.bars[place] },
      markLine: place === 0 ? targetLine(data, colours, "xAxis") : undefined,
    })),
  };
}

// The names stand left, the figures right of the bars: no line ever crosses a number.
function barAxes(data, colours, width) {
  const shared = { type: "category", inverse: true, axisTick: { show: false } };
  return [
    {
      ...shared,
      data: data.categories,
      axisLabel: { color: colours.ink, formatter: (name) => shortened(name, width < NARROW ? 8 : 20) },
      axisLine: { lineStyle: { color: colours.line } },
    },
    {
      ...shared,
      position: "right",
      data: data.series[0].values.map(percent),
      axisLabel: { color: colours.ink },
      axisLine: { show: false },
    },
  ];
}

function lineOptions(data, colours, title, width) {
  return {
    ...sharedOptions(data, colours, title),
    legend: { top: 0, left: 0, textStyle: { color: colours.ink }, icon: "roundRect", itemWidth: 18, itemHeight: 3 },
    grid: { left: 8, right: data.target === null ? 24 : 72, top: 40, bottom: 8, containLabel: true },
    xAxis: {
      type: "category",
      data: data.categories,
      axisLabel: { color: colours.soft, formatter: (day) => day.slice(0, 7), interval: width < NARROW ? 2 : 0 },
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      min: axisFloor(data),
      max: 100,
      axisLabel: { color: colours.soft },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: data.series.map((series, place) => lineSeries(data, series, place, colours, width)),
  };
}

function lineSeries(data, series, place, colours, width) {
  return {
    type: "line",
    name: series.name,
    data: series.values,
    symbol: place ? "emptyCircle" : "circle",
    symbolSize: 8,
    lineStyle: { color: colours.bars[place], width: 2, type: place ? "dotted" : "solid" },
    itemStyle: { color: colours.bars[place] },
    label: {
      show: place === 0 && width >= NARROW,
      position: "top",
      color: colours.ink,
      backgroundColor: colours.card,
      padding: [1, 3],
      formatter: (point) => percent(series.values[point.dataIndex]),
    },
    markLine: place === 0 ? targetLine(data, colours, "yAxis") : undefined,
  };
}
