import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
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
  admissionSuite(() => opened.ledger);
});
