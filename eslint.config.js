// How our JavaScript is judged: eslint's recommended rules, and those that keep modules modules.
import js from "@eslint/js";
import globals from "globals";

const SHARED = "Export it and import it where it is needed: modules share nothing through the window.";

export default [
  // The worker of the visit pages is a template of Django; tests in a browser run it.
  { ignores: ["node_modules/", "staticfiles/", "build/", "var/", ".venv/", "templates/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      curly: ["error", "multi-line"],
      "default-case-last": "error",
      eqeqeq: "error",
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", 40],
      "no-console": "error",
      "no-duplicate-imports": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-param-reassign": "error",
      "no-promise-executor-return": "off", // `new Promise((done) => setTimeout(done, 10))` says what it means
      "no-restricted-properties": [
        "error",
        { object: "document", property: "write" },
        { property: "innerHTML", message: "Build elements; text is never markup." },
        { property: "outerHTML", message: "Build elements; text is never markup." },
        { property: "insertAdjacentHTML", message: "Build elements; text is never markup." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "AssignmentExpression > MemberExpression.left[object.name=/^(window|globalThis|self)$/]", message: SHARED },
        { selector: "CallExpression[callee.object.name='Object'][callee.property.name='assign'] > Identifier.arguments:first-child[name=/^(window|globalThis|self)$/]", message: SHARED },
      ],
      "no-shadow": "error",
      "no-unused-vars": "error",
      "no-use-before-define": ["error", { functions: false, classes: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  {
    files: ["static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    rules: {
      "no-restricted-globals": ["error", "event", "name", "status", "length", "parent", "top"],
      "no-implicit-globals": "error",
    },
  },
  {
    files: ["static/js/theme.js"], // classic: it runs before the page is drawn
    languageOptions: { sourceType: "script" },
  },
  {
    files: ["tests/js/**/*.js", "*.config.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.nodeBuiltin, indexedDB: "readonly", localStorage: "readonly" } },
    rules: { "max-lines-per-function": "off", "no-restricted-syntax": "off" }, // a test may stand a browser's part in
  },
];
