import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { cancelRaceSuite } from "./testing/cancel-race.suite.ts";

describe("over the embedded ledger", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
  }, 30_000);
  afterAll(() => opened.close());

  cancelRaceSuite(() => opened.ledger);
});
