import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { shipmentReportSuite } from "./testing/shipment-report.suite.ts";

describe("milestones in an embedded ledger", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
  }, 30_000);
  afterAll(() => opened.close());

  shipmentReportSuite(() => opened.ledger);
});
