import base from "./jest.config.js";

/** Suites that need a real PostgreSQL (DATABASE_URL), Redis (REDIS_URL), a browser (Chromium; CHROMIUM names another), or a Prometheus. */
export default {
  ...base,
  testMatch: [
    "**/*.redis.test.ts",
    "**/*.postgres.test.ts",
    "**/*.browser.test.ts",
    "**/*.prometheus.test.ts",
  ],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
};
