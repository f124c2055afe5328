import {
  SyntheticRunsDocument,
  OrdersOfAccountDocument,
  OrderStandingDocument,
  OpenExceptionsOfCodeDocument,
} from "../generated/operations.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { readMetric } from "../src/metrics.ts";
import { STAPLE } from "../src/placing-orders.ts";
import { runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const HOUSE = "C10010";
const WAIT_MS = 90_000;
const SETTINGS = {
  every: "24h",
  customerNumber: HOUSE,
  sku: STAPLE,
  warehouse: "EAST",
  until: "RELEASED",
  patienceSeconds: 30,
};

jest.setTimeout(240_000);

let stack: Stack;
let operator: string;
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    sweepSeconds: 2,
    callsPerMinute: 6_000,
    operations: { synthetic: SETTINGS },
  });
  operator = await stack.token("operator");
  await untilHistoryIsRead(stack);
});
afterAll(() => stack[Symbol.asyncDispose]());
afterEach(() => stack.sandbox.clearFaults());

const runs = async () => (await stack.ask(SyntheticRunsDocument, {}, operator)).syntheticRuns;
const waiting = async () => {
  const code = { code: "SYNTHETIC_FAILED" };
  const { exceptions } = await stack.ask(OpenExceptionsOfCodeDocument, code, operator);
  return exceptions.edges.map(({ node }) => node);
};

/** What `npm run --silent ctl -- synthetic run --json` says, and its exit code. */
async function runOne() {
  await until(runs, (all) => all.every(({ finishedAt }) => finishedAt != null), WAIT_MS);
  const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", [
    "synthetic",
    "run",
    "--json",
  ]);
  const { code } = await program.exited;
  if (program.stdout() === "") throw new Error(program.stderr());
  return { code, run: JSON.parse(program.stdout()) as Awaited<ReturnType<typeof runs>>[number] };
}

test("an order goes through ERP and warehouse, and nothing of it is left anywhere", async () => {
  const { code, run } = await runOne();
  expect(run).toMatchObject({ outcome: "PASSED", failedStage: null, reason: null });
  expect(run.stages.map(({ stage }) => stage)).toEqual([
    "SUBMITTED",
    "CONFIRMED",
    "RELEASED",
    "CANCELLED",
    "UNDONE",
  ]);
  expect(code).toBe(0);
  const { order } = await stack.ask(OrderStandingDocument, { id: run.orderId ?? "" }, operator);
  expect(order).toMatchObject({ status: "CANCELLED" });
  expect(await stack.sandbox.count("erp", "salesOrder", `SYNTHETIC-${run.id}`)).toBe(0);
  const shipments = await stack.sandbox.documents("wms", "order", order?.number ?? "");
  expect(shipments.map(({ status }) => status)).toEqual(["Cancelled"]);
  const outcome = { outcome: "PASSED" };
  expect(await readMetric(stack.url, "crossdock_synthetic_runs_total", outcome)).toBeGreaterThan(0);
});

test("no list of orders has it, neither its account's nor the operator's", async () => {
  const synthetic = new Set((await runs()).map(({ orderId }) => orderId));
  expect(synthetic.size).toBeGreaterThan(0);
  for (const token of [await stack.token("portal", HOUSE), operator]) {
    const { orders } = await stack.ask(OrdersOfAccountDocument, { customerId: HOUSE }, token);
    expect(orders.edges.length).toBeGreaterThan(0);
    expect(orders.edges.filter(({ node }) => synthetic.has(node.id))).toEqual([]);
  }
});

test("where orders stop it stops, comes before the operator, and goes when one comes through again", async () => {
  await stack.sandbox.fault({
    source: "wms",
    operation: "POST order",
    kind: "error",
    forMs: 600_000,
  });
  const { code, run } = await runOne();
  expect(code).toBe(1);
  expect(run).toMatchObject({ outcome: "FAILED", failedStage: "RELEASED" });
  expect(await waiting()).toMatchObject([{ owner: "operator", subject: { typename: "Probe" } }]);

  await stack.sandbox.clearFaults();
  expect(await runOne()).toMatchObject({ code: 0, run: { outcome: "PASSED" } });
  expect(await waiting()).toEqual([]);
  await until(
    () => stack.sandbox.count("erp", "salesOrder", `SYNTHETIC-${run.id}`),
    (count) => count === 0,
    WAIT_MS,
  );
});

test("what a killed process leaves is taken back when one starts again", async () => {
  await stack.sandbox.fault({
    source: "wms",
    operation: "POST order",
    kind: "slow",
    latencyMs: 5_000,
    forMs: 600_000,
  });
  const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", ["synthetic", "run"]);
  const [lost] = await until(runs, ([newest]) => newest?.finishedAt === null, WAIT_MS);
  const reference = `SYNTHETIC-${lost?.id ?? ""}`;
  await until(
    () => stack.sandbox.count("erp", "salesOrder", reference),
    (count) => count === 1,
    WAIT_MS,
  );
  await stack.kill();
  program.kill("SIGKILL");
  await stack.start();
  await stack.sandbox.clearFaults();
  const ended = await until(
    async () => (await runs()).find(({ id }) => id === lost?.id),
    (one) => one?.finishedAt != null,
    WAIT_MS,
  );
  expect(ended).toMatchObject({ outcome: "ABANDONED" });
  expect(await stack.sandbox.count("erp", "salesOrder", reference)).toBe(0);
});
