import type { OperationUse } from "@crossdock/gateway";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock } from "@crossdock/runtime";
import { createUsageBook } from "./usage-book.ts";

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
}, 30_000);
afterAll(() => opened.close());

const shape = {
  signature: "s1",
  operationName: "Totals",
  kind: "query",
  coordinates: ["Order.total", "Query.order"],
} as const;

const useOn = (usedOn: string, parts: Partial<OperationUse> = {}): OperationUse => ({
  usedOn,
  clientId: "acme",
  signature: "s1",
  count: 2,
  lastUsedAt: `${usedOn}T08:00:00.000Z` as OperationUse["lastUsedAt"],
  inVariables: new Map([["OrderFilter.status", 1]]),
  ...parts,
});

test("counts of one day are added up, of several days summed for as far back as is asked", async () => {
  const clock = createFixedClock("2026-11-22T12:00:00.000Z");
  const book = createUsageBook(opened.ledger, clock);
  await book.add({ shapes: [shape], uses: [useOn("2026-11-22"), useOn("2026-11-01")] });
  await book.add({
    shapes: [shape],
    uses: [useOn("2026-11-22", { count: 3 }), useOn("2026-11-22", { clientId: "" })],
  });
  const lately = await book.usedWithin(7);
  expect(lately).toEqual([
    {
      clientId: "acme",
      operationName: "Totals",
      signature: "s1",
      count: 5,
      lastUsedOn: "2026-11-22",
      coordinates: ["Order.total", "Query.order"],
      inVariables: [["OrderFilter.status", 2]],
    },
    expect.objectContaining({ clientId: "", count: 2 }),
  ]);
  expect((await book.usedWithin(30))[0]?.count).toBe(7);
});

test("what is older than ninety days goes", async () => {
  const clock = createFixedClock("2026-11-22T12:00:00.000Z");
  const book = createUsageBook(opened.ledger, clock);
  await book.add({ shapes: [], uses: [useOn("2026-08-23", { clientId: "old" })] });
  await book.add({ shapes: [], uses: [useOn("2026-08-24", { clientId: "kept" })] });
  const days = await opened.ledger.db
    .selectFrom("operation_usage")
    .select(["client_id"])
    .where("used_on", "<", "2026-09-01")
    .execute();
  expect(days).toEqual([{ client_id: "kept" }]);
});
