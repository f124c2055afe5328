import { openTestLedger } from "./testing/index.ts";
import { ledgerSuite } from "./testing/ledger.suite.ts";

describe("embedded ledger", () => {
  ledgerSuite(openTestLedger);
});
