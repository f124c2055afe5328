import { crashSuite } from "./testing/crash.suite.ts";
import { embeddedPlace } from "./testing/places.ts";
import { recoverySuite } from "./testing/recovery.suite.ts";

const redisUrl = process.env["REDIS_URL"] ?? "REDIS_URL is not set";

describe("an embedded ledger, with the queue in Redis", () => {
  crashSuite(() => embeddedPlace(redisUrl));
  recoverySuite(() => embeddedPlace(redisUrl));
});
