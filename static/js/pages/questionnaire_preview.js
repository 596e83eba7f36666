// The preview of a questionnaire: its tables grow as they will for whoever fills it in.
import { attachTableRows } from "../table_rows.js";

attachTableRows(document);
