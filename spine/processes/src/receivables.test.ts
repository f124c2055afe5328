import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { receivablesSuite } from "./testing/receivables.suite.ts";

describe("invoices in the embedded ledger", () => {
  let opened: TestLedger;
  afterAll(() => opened.close());

  receivablesSuite(async () => {
    opened = await openTestLedger();
    return [opened.ledger];
  });
});
