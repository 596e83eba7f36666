// What is known of one visit, with its photos.
import { attachEnlarge } from "../enlarge.js";

attachEnlarge(document);
