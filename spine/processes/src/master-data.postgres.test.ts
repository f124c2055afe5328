import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { masterDataSuite } from "./testing/master-data.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("the master data books in PostgreSQL", () => {
  let opened: TestLedger;
  afterAll(() => opened.close());

  masterDataSuite(async () => {
    opened = await openTestPostgres(serverUrl);
    return opened.ledger;
  });
});
