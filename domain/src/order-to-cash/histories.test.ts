import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { orderToCash } from "./order-to-cash.ts";
import { endOf } from "../testing/histories/end-of.ts";
import { play, type Process } from "../testing/histories/history.ts";
import { truths } from "../testing/histories/truth.ts";

const { HISTORIES = "500", SEED } = process.env;
const CONTROL_RUNS = 200;
const MAX_CHOICES = 80;
const MAX_CHOICE = 60;

const WAYS_RUNS = 300;
const WAYS_SEED = 1;
/** Of what is told, pieces. */
const WAYS = [
  "look at SOUTH-",
  "EXCEPTION",
  "PARTIALLY_PAID",
  "is released",
  "a person declines",
  "a person decides on",
  "a person sources it",
  "freight-EAST-1 is answered",
  "tax-WEST-1 is answered",
  "true-up-tax-EAST-1 is answered",
  "settle-tax-EAST-1 is answered",
  "release-1 is withdrawn",
  "create is withdrawn",
  "cancel-release-1:client-1 is answered",
  "remove:client-1 is answered",
  "rewrite:client-1 is answered",
  "stepPostponed",
  "stepFailed",
  "stepEnded",
];
const ENDS = ["INVOICED", "CANCELLED", "REJECTED", "ON_HOLD", "BACKORDERED", "done", "refused"];

const choices = fc.array(fc.nat(MAX_CHOICE), { maxLength: MAX_CHOICES });

/** @returns what fast-check found: the shortest history that does not come to the end of its truth */
function check(process: Process, numRuns: number, endOnFailure = false) {
  const property = fc.property(truths, choices, (truth, order) => {
    const inOrder = play(truth, [], process);
    const anyhow = play(truth, order, process);
    const ends = { inOrder: endOf(inOrder), anyhow: endOf(anyhow) };
    const faults = [...inOrder.faults, ...anyhow.faults];
    if (faults.length === 0 && isDeepStrictEqual(ends.inOrder, ends.anyhow)) return;
    throw new Error(
      JSON.stringify({ faults, inOrder: inOrder.told, anyhow: anyhow.told, ends }, null, 2),
    );
  });
  return fc.check(property, {
    numRuns,
    endOnFailure,
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  });
}

test("an order comes to the same end, whatever is told first, twice or late", () => {
  const found = check(orderToCash, Number(HISTORIES));
  if (found.failed) {
    throw new Error(`${fc.defaultReportMessage(found)}\n${String(found.errorInstance)}`);
  }
  expect(found.numRuns).toBe(Number(HISTORIES));
}, 600_000);

test("the truths go every way that the process has", () => {
  const histories = fc
    .sample(truths, { numRuns: WAYS_RUNS, seed: WAYS_SEED })
    .map((truth) => play(truth, [], orderToCash));
  const told = histories.flatMap((history) => history.told).join("\n");
  const ends = new Set<string | null>(
    histories.flatMap(({ state, outcome }) => [state.status, outcome]),
  );
  expect(WAYS.filter((way) => !told.includes(way))).toEqual([]);
  expect(ENDS.filter((end) => !ends.has(end))).toEqual([]);
});

test("a process that forgets which shipment has its bill is found out", () => {
  const forgetful: Process = (state, event, commandId) => {
    const result = orderToCash(state, event, commandId);
    const shipments = result.state.shipments.map((one) => ({ ...one, invoiceNumber: null }));
    return { ...result, state: { ...result.state, shipments } };
  };
  expect(check(forgetful, CONTROL_RUNS, true).failed).toBe(true);
});

test("a process that takes whatever is told last for what is so is found out", () => {
  const gullible: Process = (state, event, commandId) => {
    if (event.kind !== "shipmentProgressed") return orderToCash(state, event, commandId);
    const { id } = event.shipment;
    const shipments = state.shipments.map((one) =>
      one.id === id ? { ...one, status: "PLANNED" as const } : one,
    );
    return orderToCash({ ...state, shipments }, event, commandId);
  };
  expect(check(gullible, CONTROL_RUNS, true).failed).toBe(true);
});
