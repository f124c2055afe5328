import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { acceptPathSuite } from "./testing/accept-path.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("taking orders in PostgreSQL, from three processes", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestPostgres(serverUrl);
  });
  afterAll(() => opened.close());

  acceptPathSuite(async () => [opened.ledger, await opened.openAgain(), await opened.openAgain()]);
});
