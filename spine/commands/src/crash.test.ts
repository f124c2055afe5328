import { crashSuite } from "./testing/crash.suite.ts";
import { embeddedPlace } from "./testing/places.ts";

describe("an embedded ledger, with its queue", () => {
  crashSuite(() => embeddedPlace(null));
});
