// A list of which rows are chosen, one by one or all.
import { attachCheckAll } from "../check_all.js";

attachCheckAll(document);
