import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { acceptSettledSuite } from "./testing/accept-settled.suite.ts";
import { acceptSuite } from "./testing/accept.suite.ts";
import { admissionSuite } from "./testing/admission.suite.ts";

describe("accepting in an embedded ledger", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
  });
  afterAll(() => opened.close());

  acceptSuite(() => opened.ledger);
  acceptSettledSuite(() => opened.ledger);
  admissionSuite(() => opened.ledger);
});
