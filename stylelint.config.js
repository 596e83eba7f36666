// How our style sheets are judged: stylelint's standard, and where portal.css keeps another house style.
export default {
  extends: ["stylelint-config-standard"],
  rules: {
    "declaration-block-single-line-max-declarations": null, // a short rule stands on one line
    "media-feature-range-notation": "prefix", // `(width <= 600px)` needs browsers of 2023
    "no-descending-specificity": null, // the file is ordered by page, not by weight
    "selector-class-pattern": [
      "^([a-z][a-z0-9]*)(-[a-z0-9]+)*$|^asteriskField$", // django-crispy-forms names its star so
      { message: (selector) => `Expected class selector "${selector}" to be kebab-case` },
    ],
  },
};
