import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { acceptPathSuite } from "./testing/accept-path.suite.ts";

describe("taking orders in an embedded ledger", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
  });
  afterAll(() => opened.close());

  acceptPathSuite(() => Promise.resolve([opened.ledger]));
});
