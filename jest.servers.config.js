import base from "./jest.config.js";

/** Suites that need a real PostgreSQL (DATABASE_URL) or Redis (REDIS_URL). */
export default {
  ...base,
  testMatch: ["**/*.redis.test.ts", "**/*.postgres.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
};
