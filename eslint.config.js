import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/**
 * Which of our packages each room may import. What is not named here is an error, so that a new
 * dependency between rooms is a decision and not an accident (docs/decisions/0002-rooms.md).
 */
const SPINE = [
  "runtime",
  "ledger",
  "events",
  "commands",
  "audit",
  "processes",
  "reads",
  "reconciliation",
];
const ADAPTERS = ["business-central", "shipbob", "xero", "avatax", "easypost"];
const SOURCES = ADAPTERS.map((system) => `source-${system}`);
const SUBGRAPHS = ["orders", "inventory", "shipments", "billing", "operations"];
const rooms = {
  domain: [],
  "spine/runtime": ["domain"],
  "spine/quotas": ["runtime"],
  "spine/ledger": ["runtime"],
  "spine/events": ["domain", "ledger", "runtime"],
  "spine/commands": ["domain", "ledger", "runtime"],
  "spine/audit": ["domain", "ledger", "runtime"],
  "spine/partners": ["domain", "ledger", "runtime", "audit"],
  "spine/processes": ["domain", "ledger", "runtime", "events", "commands", "audit"],
  "spine/measures": ["domain", "runtime", "ledger", "events", "commands", "audit", "processes"],
  "spine/webhooks": ["domain", "runtime", "ledger", "events", "processes", "measures"],
  "spine/reads": ["domain", "runtime", "ledger", "events", "processes", "source-contract"],
  "spine/reconciliation": [
    "domain",
    "runtime",
    "ledger",
    "events",
    "commands",
    "audit",
    "processes",
    "source-contract",
  ],
  "sources/contract": ["domain"],
  "sources/http": ["domain", "runtime", "source-contract"],
  ...Object.fromEntries(
    ADAPTERS.map((system) => [
      `sources/${system}`,
      ["domain", "runtime", "source-contract", "source-http"],
    ]),
  ),
  "subgraphs/kit": ["domain", "source-contract", ...SPINE],
  ...Object.fromEntries(
    SUBGRAPHS.map((name) => [
      `subgraphs/${name}`,
      ["domain", "source-contract", "subgraph-kit", ...SPINE],
    ]),
  ),
  gateway: ["domain", "runtime"],
  worker: ["domain", "source-contract", ...SPINE],
  ingest: ["domain", "source-contract", ...SPINE],
  sandbox: [],
  tower: [],
  app: [
    "domain",
    "source-contract",
    ...SPINE,
    "measures",
    "webhooks",
    "partners",
    "quotas",
    ...SOURCES,
    "source-http",
    "subgraph-kit",
    ...SUBGRAPHS.map((name) => `subgraph-${name}`),
    "gateway",
    "worker",
    "ingest",
  ],
};

/** Outside packages that only some rooms may touch. */
const reserved = {
  graphql: /^(gateway|subgraphs|test|clients)/,
  bullmq: /^spine\/commands/,
  ioredis: /^spine/,
  redis: /^spine/,
  bentocache: /^spine\/reads/,
  undici: /^(sources\/http|spine\/webhooks|gateway|sandbox|test|app)/,
  "@electric-sql/pglite": /^spine\/ledger/,
  pg: /^spine\/ledger/,
};

function importRules(room, allowed) {
  const forbiddenPackages = Object.entries(reserved)
    .filter(([, where]) => !where.test(room))
    .map(([name]) => ({ name, message: `${room} may not import ${name}.` }));
  const except = allowed.length > 0 ? `(?!(?:${allowed.join("|")})(?:/|$))` : "";
  return {
    files: [`${room}/**/*.{ts,tsx}`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: forbiddenPackages,
          patterns: [
            {
              regex: `^@crossdock/${except}`,
              message: `${room} may import only: ${allowed.join(", ") || "nothing of ours"}.`,
            },
            {
              regex:
                "^(\\.\\./)+(src|domain|spine|sources|subgraphs|gateway|worker|ingest|app|sandbox)/.*",
              message: "Import another package by its name, not by its path.",
            },
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ["**/node_modules", "**/dist", "**/generated", ".crossdock", ".turbo", "coverage"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/no-invalid-void-type": "off",
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Use a union of literals." },
        { selector: "ExportDefaultDeclaration", message: "Use a named export." },
      ],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Only a main file reads the environment." },
      ],
    },
  },
  {
    files: [
      "**/main.ts",
      "**/ctl-environment.ts",
      "*.config.js",
      "codegen.ts",
      "test/**/*.ts",
      "**/*.test.ts",
    ],
    rules: { "no-restricted-properties": "off", "no-console": "off" },
  },
  {
    files: ["*.js", "test/closing-line.js"],
    rules: { "no-restricted-syntax": "off" },
    languageOptions: { globals: { process: "readonly" } },
  },
  { files: ["tower/**/*.{ts,tsx}"], ...reactHooks.configs.flat.recommended },
  ...Object.entries(rooms).map(([room, allowed]) => importRules(room, allowed)),
  // An adapter's tests run against the sandbox, which stands in for the vendor.
  ...ADAPTERS.map((system) => {
    const room = `sources/${system}`;
    return {
      ...importRules(room, [...rooms[room], "sandbox"]),
      files: [`${room}/**/*.test.ts`, `${room}/src/testing/**/*.ts`],
    };
  }),
);
