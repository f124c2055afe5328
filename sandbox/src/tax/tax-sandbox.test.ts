import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateWorld } from "../world/generate-world.ts";
import { jurisdictionsOf } from "./jurisdictions.ts";
import { invoiceOf, startTax } from "./testing/start-tax.ts";

const NAME = "companies/NORTHGATE/transactions";
let tax: Awaited<ReturnType<typeof startTax>>;
beforeAll(async () => {
  tax = await startTax();
});
afterAll(() => tax.stop());

const record = (code: string, changes: object = {}) =>
  tax.call("POST", "transactions/createoradjust", {
    createTransactionModel: invoiceOf(code, changes),
  });

test("state, county and city each levy their rate of each line, half a cent up", async () => {
  const { status, body } = await record("T-1");
  expect(status).toBe(201);
  const rates = jurisdictionsOf({ city: "Cleveland", region: "OH", postalCode: "44114" });
  expect(rates?.map(({ jurisName, rate }) => [jurisName, rate])).toEqual([
    ["OHIO", 5_750],
    ["COUNTY 441", 1_500],
    ["CLEVELAND", 500],
  ]);
  // 100.10: 5.75575, 1.5015, 0.5005; 12.00, which Ohio taxes too: 0.69, 0.18, 0.06.
  expect(body.lines.map(({ tax: due }: { tax: number }) => due)).toEqual([7.76, 0.93]);
  expect(body).toMatchObject({ status: "Committed", totalAmount: 112.1, totalTax: 8.69 });
  expect(
    body.summary.map(({ jurisName, tax: due }: { jurisName: string; tax: number }) => [
      jurisName,
      due,
    ]),
  ).toEqual([
    ["OHIO", 6.45],
    ["COUNTY 441", 1.68],
    ["CLEVELAND", 0.56],
  ]);
});

test("who resells pays no tax, and most customers do", async () => {
  const { body } = await record("T-2", { customerCode: "C10010" });
  expect(body).toMatchObject({ totalTax: 0, totalExempt: 112.1, totalTaxable: 0 });
  const taxed = generateWorld().customers.filter((one) => one.resaleCertificate === null);
  expect(taxed.map(({ number }) => number)).toEqual(
    Array.from({ length: 10 }, (_, at) => `C${String(10_510 + at * 10)}`),
  );
});

test("an estimate leaves nothing behind", async () => {
  const estimate = { ...invoiceOf("T-3"), type: "SalesOrder", commit: false };
  const { status, body } = await tax.call("POST", "transactions/create", estimate);
  expect([status, body.status, body.totalTax]).toEqual([201, "Temporary", 8.69]);
  expect((await tax.call("GET", `${NAME}/T-3`)).status).toBe(404);
  expect(await tax.documents("T-3")).toBe(0);
});

test("a document that is sent again is there once, as its next version", async () => {
  await record("T-4-1");
  const lines = [{ number: "1", quantity: 1, amount: 10, taxCode: "P0000000" }];
  const { body } = await record("T-4-1", { lines });
  expect(body).toMatchObject({ version: 2, adjustmentReason: "Other", totalAmount: 10 });
  expect(await tax.documents("T-4-1")).toBe(1);
  expect(await tax.documents("T-4")).toBe(1);
});

test("a voided document is cancelled", async () => {
  await record("T-5");
  const voided = await tax.call("POST", `${NAME}/T-5/void`, { code: "DocVoided" });
  expect([voided.status, voided.body.status]).toEqual([200, "Cancelled"]);
  const missing = await tax.call("POST", `${NAME}/T-0/void`, { code: "DocVoided" });
  expect([missing.status, missing.body.error.code]).toEqual([404, "EntityNotFoundError"]);
});

test("a place that does not exist is refused in the vendor's shape", async () => {
  const { status, body } = await record("T-6", {
    addresses: { shipTo: { city: "Nowhere", region: "ZZ", postalCode: "00000", country: "US" } },
  });
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: "InvalidAddress", details: [expect.anything()] });
  expect(await tax.documents("T-6")).toBe(0);
});

test("a call without the key is refused, and too many are told how long to wait", async () => {
  const strict = await startTax({ requestsPerMinute: 1 });
  expect((await strict.call("GET", `${NAME}/T-1`, undefined, {})).status).toBe(401);
  expect((await strict.call("GET", `${NAME}/T-1`)).status).toBe(404);
  const refused = await strict.call("GET", `${NAME}/T-1`);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  await strict.stop();
});

test("documents outlive the process", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "tax-"));
  const first = await startTax({}, dataDir);
  await first.call("POST", "transactions/createoradjust", {
    createTransactionModel: invoiceOf("T-7"),
  });
  await first.stop();
  const second = await startTax({}, dataDir);
  expect(await second.documents("T-7")).toBe(1);
  await second.stop();
  await rm(dataDir, { recursive: true });
});
