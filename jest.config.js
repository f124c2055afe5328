/** Suites that need nothing but Node: `.test.ts` beside the code and `.e2e.test.ts` over the stack. */
export default {
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: [
    "/node_modules/",
    "/dist/",
    "\\.redis\\.test\\.ts$",
    "\\.postgres\\.test\\.ts$",
    "\\.browser\\.test\\.ts$",
    "\\.prometheus\\.test\\.ts$",
  ],
  modulePathIgnorePatterns: ["/dist/", "/\\.crossdock/"],
  transform: { "\\.(ts|js|mjs)$": ["@swc/jest", swcOptions()] },
  transformIgnorePatterns: [
    "/node_modules/(?!(graphql-scalars|lossless-json|pure-rand|jose|ulid|decimal\\.js|p-limit|yocto-queue|bentocache|@boringnode|@julr|@poppinss|p-timeout|@paralleldrive|@noble|error-causes|case-anything)/)",
  ],
  testEnvironment: "node",
  testTimeout: 60_000,
  maxWorkers: 2,
  reporters: ["default", "<rootDir>/test/closing-line.js"],
};

/** Jest runs CommonJS: one module system for our code and for the many CommonJS packages below it. */
export function swcOptions() {
  return {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
    sourceMaps: "inline",
  };
}
