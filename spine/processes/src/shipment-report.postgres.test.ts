import { openTestPostgres, type TestLedger } from "@crossdock/ledger/testing";
import { shipmentReportSuite } from "./testing/shipment-report.suite.ts";

const serverUrl = process.env["DATABASE_URL"] ?? "DATABASE_URL is not set";

describe("milestones in PostgreSQL", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestPostgres(serverUrl);
  });
  afterAll(() => opened.close());

  shipmentReportSuite(() => opened.ledger);
});
