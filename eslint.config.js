import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "node_modules/"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "Program:not(:has(ExportDefaultDeclaration > CallExpression)) > ExportDefaultDeclaration", message: "Named exports only." },
      ],
      eqeqeq: "error",
    },
  },
  { files: ["eslint.config.js", "jest.config.js"], rules: { "no-restricted-syntax": "off" } },
);
