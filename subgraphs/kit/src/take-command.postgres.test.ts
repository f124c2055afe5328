import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { takeCommandSuite } from "./testing/take-command.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("mutations over PostgreSQL", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestPostgres(serverUrl);
  });
  afterAll(() => opened.close());

  takeCommandSuite(() => opened.ledger);
});
