import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { masterDataSuite } from "./testing/master-data.suite.ts";

describe("the master data books in the embedded ledger", () => {
  let opened: TestLedger;
  afterAll(() => opened.close());

  masterDataSuite(async () => {
    opened = await openTestLedger();
    return opened.ledger;
  });
});
