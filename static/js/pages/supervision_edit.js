// The text of a supervision report, its words to be edited.
import { attachWordsAroundNumbers } from "../words_around_numbers.js";

attachWordsAroundNumbers(document);
