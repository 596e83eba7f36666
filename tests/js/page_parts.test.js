// Parts of ordinary pages that decide: rows, keys, words around numbers, charts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { axisFloor, barHeight, optionsOf, percent, shortened } from "../../static/js/chart_options.js";
import { nextRow } from "../../static/js/list_keys.js";
import { piecesOf, withoutBraces } from "../../static/js/number_text.js";
import { numberedAt } from "../../static/js/table_rows.js";

const COLOURS = { font: "sans", ink: "1", soft: "2", line: "3", card: "4", bars: ["5", "6"], target: "7" };
const chart = (more) => ({
  kind: "bar", categories: ["南京市", "苏州市"], target: 90, target_words: "目标 90%",
  series: [{ name: "覆盖率", values: [81.254, null], words: ["13/16", "—"] }, { name: "上期", values: [70, 80], words: ["7/10", "8/10"] }], ...more,
});

test("names and ids of a row count on, and other numbers in them stay", () => {
  assert.equal(numberedAt(2, "field-a-changes-1-person"), "field-a-changes-2-person");
  assert.equal(numberedAt(1, "a-top10-0-name10"), "a-top10-1-name10");
});

test("j and k go through a list and stop at its ends", () => {
  assert.deepEqual([nextRow("j", -1, 2), nextRow("j", 0, 2), nextRow("j", 1, 2)], [0, 1, 1]);
  assert.deepEqual([nextRow("k", 1, 2), nextRow("k", 0, 2), nextRow("x", 1, 2), nextRow("j", -1, 0)], [0, 0, 1, -1]);
});

test("a line is cut into words and numbers, and nothing of it is lost", () => {
  const pieces = piecesOf("共有{协会数}家，覆盖{覆盖率}");
  assert.deepEqual(pieces, [{ words: "共有" }, { field: "协会数" }, { words: "家，覆盖" }, { field: "覆盖率" }]);
  assert.deepEqual([piecesOf(""), piecesOf("没有数"), piecesOf("{甲}{乙}")], [[], [{ words: "没有数" }], [{ field: "甲" }, { field: "乙" }]]);
});

test("braces that are no number stay words, and pasted ones go", () => {
  assert.deepEqual(piecesOf("{} {甲"), [{ words: "{} {甲" }]);
  assert.equal(withoutBraces("共{九}家"), "共九家");
});

test("a percentage has two places, and no figure is a dash", () => {
  assert.deepEqual([percent(81.254), percent(100), percent(null)], ["81.25 %", "100.00 %", "—"]);
});

test("long names are cut with a sign", () => {
  assert.deepEqual([shortened("江苏省家具行业协会", 8), shortened("南京市", 8)], ["江苏省家具行业协…", "南京市"]);
});

test("an axis begins ten below the lowest value or target, never below nothing", () => {
  const floor = (target, ...values) => axisFloor({ target, series: [{ values }] });
  assert.deepEqual([floor(null, 87, null), floor(75, 87), floor(null, 4), floor(null, null)], [70, 60, 0, 90]);
});

test("a bar chart is tall enough for its names", () => {
  assert.deepEqual([barHeight({ categories: [] }), barHeight({ categories: Array(20).fill("市") })], [160, 648]);
});

test("bars say their figures beside them, and the target line is drawn once", () => {
  const options = optionsOf(chart(), COLOURS, "覆盖率", 800);
  assert.deepEqual(options.yAxis[1].data, ["81.25 %", "—"]);
  assert.deepEqual(options.series.map(({ markLine }) => markLine?.data), [[{ xAxis: 90 }], undefined]);
  assert.equal(options.tooltip.formatter({ dataIndex: 0, seriesIndex: 0 }), "南京市\n覆盖率：13/16");
});

test("a chart without a target has no line, and a narrow one no numbers over it", () => {
  const line = (target, width) => optionsOf(chart({ kind: "line", target }), COLOURS, "覆盖率", width).series[0];
  assert.deepEqual([line(null, 800).markLine, line(90, 800).markLine.data], [undefined, [{ yAxis: 90 }]]);
  assert.deepEqual([line(90, 400).label.show, line(90, 560).label.show], [false, true]);
});
