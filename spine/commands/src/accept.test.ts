import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { acceptSuite } from "./testing/accept.suite.ts";
import { admissionSuite } from "./testing/admission.suite.ts";

describe("accepting in an embedded ledger", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
  });
  afterAll(() => opened.close());

  acceptSuite(() => opened.ledger);
  admissionSuite(() => opened.ledger);
});
