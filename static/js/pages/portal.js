// Every page within the frame (base.html).
import { attachAutosubmit } from "../autosubmit.js";
import { attachConfirm } from "../confirm.js";
import { attachForms } from "../forms.js";
import { attachListKeys } from "../list_keys.js";
import { attachMenus } from "../menus.js";
import { attachPrint } from "../print.js";
import { attachSearchKey } from "../search_key.js";
import { attachShownFor } from "../shown_for.js";
import { attachUnsent } from "../unsent.js";

attachMenus(document);
attachSearchKey(document);
attachAutosubmit(document);
attachListKeys(document);
attachConfirm(document); // before forms: a form that the person does not confirm has not been sent
attachForms(document);
attachPrint(document);
attachShownFor(document);
attachUnsent(document);
