import { crashSuite } from "./testing/crash.suite.ts";
import { embeddedPlace } from "./testing/places.ts";
import { recoverySuite } from "./testing/recovery.suite.ts";

describe("an embedded ledger, with its queue", () => {
  crashSuite(() => embeddedPlace(null));
  recoverySuite(() => embeddedPlace(null));
});
