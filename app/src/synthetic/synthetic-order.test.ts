import { parseCustomerNumber, parseDecimal, parseSku, parseWarehouseCode } from "@crossdock/domain";
import { systemClock } from "@crossdock/runtime";
import type { SyntheticSettings } from "../config/synthetic-settings.ts";
import { createOwnClient } from "./own-client.ts";
import { runSyntheticOrder } from "./synthetic-order.ts";
import { playApi, type PlayedApi, type PlayedPath } from "./testing/played-api.ts";

const customerNumber = parseCustomerNumber("C10010");
const settings: SyntheticSettings = {
  every: 60_000,
  customerNumber,
  sku: parseSku("NG-10004"),
  warehouse: parseWarehouseCode("EAST"),
  until: "RELEASED",
  quantity: parseDecimal("1"),
  minimumStock: parseDecimal("20"),
  patienceSeconds: 0.05,
};
const goOn = new AbortController().signal;

const run = (api: PlayedApi, signal = goOn) =>
  runSyntheticOrder(
    "RUN1",
    {
      client: createOwnClient(api.ask, { customerNumber, correlationId: "synthetic-RUN1" }),
      leftovers: api.leftovers,
      settings,
      clock: systemClock,
    },
    signal,
  );

test("an order that comes through has reached every stage, in order", async () => {
  const result = await run(playApi());
  expect(result).toMatchObject({ outcome: "PASSED", failedStage: null, reason: null });
  expect(result.stages.map(({ stage }) => stage)).toEqual([
    "SUBMITTED",
    "CONFIRMED",
    "RELEASED",
    "CANCELLED",
    "UNDONE",
  ]);
});

test("with less in stock than real orders may want, nothing is ordered", async () => {
  const api = playApi({ inStock: "19" });
  expect(await run(api)).toMatchObject({
    outcome: "SKIPPED",
    reason: "of NG-10004 only 19 can be promised in EAST, which is less than 20",
    orderId: null,
  });
  expect(api.asked).toEqual(["SyntheticStock"]);
});

const FAILURES: readonly (readonly [string, PlayedPath, string, string])[] = [
  [
    "an order that is refused",
    { refusals: ["CREDIT_EXCEEDED"] },
    "SUBMITTED",
    "the order is refused: CREDIT_EXCEEDED No.",
  ],
  [
    "an order that the ERP does not take",
    { comesTo: "SUBMITTED" },
    "CONFIRMED",
    "it was still SUBMITTED after 0.05 seconds, or ended so",
  ],
  [
    "an order that is held",
    { comesTo: "CONFIRMED", holds: ["CREDIT_HOLD"] },
    "RELEASED",
    "it is CONFIRMED (CREDIT_HOLD)",
  ],
  [
    "an order that cannot be taken back",
    { isCancellable: false },
    "CANCELLED",
    "taking it back is refused: TOO_LATE It is packed.; and it could not be taken back: taking it back is refused: TOO_LATE It is packed.",
  ],
  [
    "an order of which something is left",
    { leaves: ["its stock is still promised"] },
    "UNDONE",
    "its stock is still promised; and it could not be taken back: its stock is still promised",
  ],
];

test.each(FAILURES)("%s stops there, and says why", async (_what, path, failedStage, reason) => {
  expect(await run(playApi(path))).toMatchObject({ outcome: "FAILED", failedStage, reason });
});

test("what stopped on its way is taken back", async () => {
  const api = playApi({ comesTo: "SUBMITTED" });
  await run(api);
  expect(api.asked.filter((name) => name === "SyntheticCancel")).toHaveLength(1);
  expect(await api.leftovers.of("7K3QF9M2ZT" as never, goOn)).toEqual([]);
});

test("a program that ends says nothing about the path", async () => {
  const api = playApi({ comesTo: "SUBMITTED" });
  await expect(run(api, AbortSignal.timeout(20))).rejects.toThrow(/abort|timeout/i);
});
