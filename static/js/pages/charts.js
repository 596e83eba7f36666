// A page with charts. ECharts is one file of its package, collected under vendor/ (portal/staticfiles.py).
import { init } from "../../vendor/echarts/echarts.esm.min.js";
import { attachCharts, attachChartTables } from "../charts.js";

attachCharts(document, init);
attachChartTables(document);
