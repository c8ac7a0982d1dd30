import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/dist/", "node_modules/", ".venv/"] },
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "max-lines": ["error", { max: 120, skipBlankLines: true, skipComments: true }],
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  { files: ["static/js/worker/*.js"], languageOptions: { globals: { ...globals.serviceworker, SHELL: "readonly" } } },
  { files: ["*.mjs", "*.config.js"], languageOptions: { globals: globals.node } },
];
