import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { receivablesSuite } from "./testing/receivables.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("invoices in PostgreSQL, from three processes", () => {
  let opened: TestLedger;
  afterAll(() => opened.close());

  receivablesSuite(async () => {
    opened = await openTestPostgres(serverUrl);
    return [opened.ledger, await opened.openAgain(), await opened.openAgain()];
  });
});
