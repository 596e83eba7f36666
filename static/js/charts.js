// Charts: an element with data-chart="id" draws the JSON of the script element of that id. A click leads to the list behind.
// Text everywhere is drawn, not written as markup (richText): the content security policy forbids inline styles.
(() => {
  const elements = [...document.querySelectorAll("[data-chart]")];
  if (!elements.length || !window.echarts) return;
  const percent = (value) => (value === null ? "—" : `${value.toFixed(2)} %`);
  const short = (text, length) => (text.length > length ? `${text.slice(0, length)}…` : text);
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return {
      ink: of("--portal-ink"),
      soft: of("--portal-ink-soft"),
      line: of("--portal-line"),
      card: of("--portal-card"),
      bars: [of("--portal-bar"), of("--portal-ink-soft")],
      target: of("--portal-red-ink"),
    };
  };

  const shared = (data, colour, title) => ({
    animationDuration: 150,
    animationDurationUpdate: 0,
    aria: { enabled: true, label: { description: title } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colour.ink },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: colour.card,
      borderColor: colour.line,
      textStyle: { color: colour.ink },
      formatter: (point) =>
        `${data.categories[point.dataIndex]}\n${data.series[point.seriesIndex].name}：${data.series[point.seriesIndex].words[point.dataIndex]}`,
    },
  });

  const targetLine = (data, colour, axis) =>
    data.target === null
      ? undefined
      : {
          silent: true,
          animation: false,
          z: axis === "xAxis" ? 5 : 1, // over the bars, but under the numbers of a line
          symbol: "none",
          lineStyle: { color: colour.target, type: "dashed", width: 1.5 },
          label: { formatter: data.target_words, color: colour.target, position: axis === "xAxis" ? "start" : "end" },
          data: [{ [axis]: data.target }],
        };

  const bars = (data, colour, title, width) => {
    const narrow = width < 560;
    return {
      ...shared(data, colour, title),
      grid: { left: 8, right: 8, top: 28, bottom: 8, containLabel: true },
      xAxis: {
        type: "value",
        min: 0,
        max: 100,
        axisLabel: { color: colour.soft, formatter: "{value}" },
        splitLine: { lineStyle: { color: colour.line } },
      },
      // The names stand left, the figures right of the bars: no line ever crosses a number.
      yAxis: [
        {
          type: "category",
          inverse: true,
          data: data.categories,
          axisLabel: { color: colour.ink, formatter: (name) => short(name, narrow ? 8 : 20) },
          axisLine: { lineStyle: { color: colour.line } },
          axisTick: { show: false },
        },
        {
          type: "category",
          inverse: true,
          position: "right",
          data: data.series[0].values.map(percent),
          axisLabel: { color: colour.ink },
          axisLine: { show: false },
          axisTick: { show: false },
        },
      ],
      series: data.series.map((series, place) => ({
        type: "bar",
        name: series.name,
        data: series.values,
        barMaxWidth: 18,
        itemStyle: { color: colour.bars[place] },
        markLine: place === 0 ? targetLine(data, colour, "xAxis") : undefined,
      })),
    };
  };

  const lines = (data, colour, title, width) => {
    const known = data.series.flatMap((series) => series.values).filter((value) => value !== null);
    const lowest = Math.min(...known, data.target ?? 100, 100);
    return {
      ...shared(data, colour, title),
      legend: { top: 0, left: 0, textStyle: { color: colour.ink }, icon: "roundRect", itemWidth: 18, itemHeight: 3 },
      grid: { left: 8, right: data.target === null ? 24 : 72, top: 40, bottom: 8, containLabel: true },
      xAxis: {
        type: "category",
        data: data.categories,
        axisLabel: { color: colour.soft, formatter: (day) => day.slice(0, 7), interval: width < 560 ? 2 : 0 },
        axisLine: { lineStyle: { color: colour.line } },
        axisTick: { show: false },
      },
      yAxis: {
        type: "value",
        min: Math.max(0, Math.floor(lowest / 10) * 10 - 10),
        max: 100,
        axisLabel: { color: colour.soft },
        splitLine: { lineStyle: { color: colour.line } },
      },
      series: data.series.map((series, place) => ({
        type: "line",
        name: series.name,
        data: series.values,
        symbol: place ? "emptyCircle" : "circle",
        symbolSize: 8,
        lineStyle: { color: colour.bars[place], width: 2, type: place ? "dotted" : "solid" },
        itemStyle: { color: colour.bars[place] },
        label: { show: place === 0 && width >= 560, position: "top", color: colour.ink, backgroundColor: colour.card, padding: [1, 3], formatter: (point) => percent(series.values[point.dataIndex]) },
        markLine: place === 0 ? targetLine(data, colour, "yAxis") : undefined,
      })),
    };
  };

  const draw = { bar: bars, line: lines };
  const charts = elements.map((element) => {
    const data = JSON.parse(document.getElementById(element.dataset.chart).textContent);
    if (data.kind === "bar") element.style.height = `${Math.max(160, data.categories.length * 30 + 48)}px`;
    const chart = window.echarts.init(element, null, { locale: "ZH" });
    const paint = () => chart.setOption(draw[data.kind](data, colours(), element.dataset.chartTitle, element.clientWidth), true);
    paint();
    chart.on("click", (point) => {
      if (point.componentType !== "series") return;
      window.location.assign(data.series[point.seriesIndex].links[point.dataIndex]);
    });
    return { chart, paint };
  });

  const again = () => charts.forEach(({ chart, paint }) => { chart.resize(); paint(); });
  let waiting;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 100); });
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });

  // On paper the table behind each chart is open.
  const tables = [...document.querySelectorAll("details.chart-table")];
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = tables.filter((table) => !table.open);
    closed.forEach((table) => { table.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((table) => { table.open = false; }));
})();
