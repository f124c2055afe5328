import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { acceptSettledSuite } from "./testing/accept-settled.suite.ts";
import { acceptSuite } from "./testing/accept.suite.ts";
import { admissionSuite } from "./testing/admission.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("accepting in PostgreSQL", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestPostgres(serverUrl);
  });
  afterAll(() => opened.close());

  acceptSuite(() => opened.ledger);
  acceptSettledSuite(() => opened.ledger);
  admissionSuite(() => opened.ledger);
});
