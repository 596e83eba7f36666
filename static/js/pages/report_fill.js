// A report to be filled in. The rows of tables come first: what was kept of a draft may need more of them.
import { attachReportFilling } from "../sheets/fill.js";
import { attachTableRows } from "../table_rows.js";

attachTableRows(document);
attachReportFilling(document);
