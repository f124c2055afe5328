import { crashSuite } from "./testing/crash.suite.ts";
import { postgresPlace } from "./testing/places.ts";
import { recoverySuite } from "./testing/recovery.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("PostgreSQL, with its queue", () => {
  crashSuite(() => postgresPlace(serverUrl));
  recoverySuite(() => postgresPlace(serverUrl));
});
