import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { takeCommandSuite } from "./testing/take-command.suite.ts";

describe("mutations over an embedded ledger", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
  }, 30_000);
  afterAll(() => opened.close());

  takeCommandSuite(() => opened.ledger);
});
