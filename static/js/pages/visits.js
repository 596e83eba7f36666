// The own list of visits, and the page of one visit on a phone.
import { attachVisits } from "../visits/list.js";

attachVisits(document);
