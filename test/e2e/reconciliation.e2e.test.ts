import {
  CountOpenExceptionsDocument,
  ReconciliationHistoryDocument,
  ReconciliationResultDocument,
  RepairMismatchesDocument,
  RunReconciliationDocument,
} from "../generated/operations.ts";
import { generateWorld } from "@crossdock/sandbox";
import { createSeeded } from "../chaos/seeded.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { createNaming, type FoundMismatch } from "../src/discrepancies/names.ts";
import { planDiscrepancies, type Discrepancy, type Scope } from "../src/discrepancies/plan.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { anOrder, placeOrder, STAPLE, waitForStatus } from "../src/placing-orders.ts";
import { runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";

/** `SEED=n` repeats a run. */
const SEED = Number(process.env["SEED"] ?? Date.now() % 100_000);
const CUSTOMER = "C10010";
const SCOPES = ["INVENTORY", "SHIPPED_NOT_INVOICED", "INVOICE_TOTALS", "ORDER_STATUS"] as const;
const DAY_MS = 86_400_000;
/** The bills of so many days before the end of the world's history are compared. */
const DAYS_OF_HISTORY = 40;
const RUN_MS = 90_000;
const STEP_MS = 60_000;
const TAMPERED_AT_ONCE = 10;

jest.setTimeout(300_000);

/** So many discrepancies need a whole year. */
const world = generateWorld();
const lastDay = world.pastOrders.at(-1)?.orderedOn ?? "";
const since = new Date(Date.parse(lastDay) - DAYS_OF_HISTORY * DAY_MS).toISOString().slice(0, 10);
/** However long ago the world's history ended. */
const days = Math.ceil((Date.now() - Date.parse(since)) / DAY_MS);
/** Orders whose ERP documents are lost are older than the bills that were changed, and compared too. */
const DAYS_BEFORE = 10;

let stack: Stack;
let operator: string;
let portal: string;
beforeAll(async () => {
  stack = await startStack({
    pastOrders: "all",
    speed: STANDING_STILL,
    sweepSeconds: 1,
    callsPerMinute: 6_000,
    operations: { reconciliation: { days: days + DAYS_BEFORE } },
  });
  [operator, portal] = await Promise.all([
    stack.token("operator"),
    stack.token("portal", CUSTOMER),
  ]);
  await untilHistoryIsRead(stack);
});
afterAll(() => stack[Symbol.asyncDispose]());

const plan = planDiscrepancies({
  world,
  seeded: createSeeded(SEED),
  spared: new Set([STAPLE]),
  since,
});

test(`of 200 discrepancies all are found and nothing else, while orders are placed and shipped (SEED=${String(SEED)})`, async () => {
  expect(plan).toHaveLength(200);
  const live = liveOrders();
  await tamper(plan);
  const nameOf = await createNaming(stack.sandbox, world);
  const runs = new Map<Scope, string>();
  for (const scope of SCOPES) {
    const { id, mismatches, unsettled } = await compare(scope);
    runs.set(scope, id);
    expect(told(scope, mismatches, nameOf)).toEqual(expectedOf(scope));
    expect(unsettled).toBe(0);
    expect(mismatches.every(({ exceptionId }) => exceptionId !== null)).toBe(true);
  }
  expect(await live.stop()).toBeGreaterThan(0);
  expect(await countOpen("STOCK_MISMATCH")).toBe(expectedOf("INVENTORY").length);

  for (const scope of ["INVOICE_TOTALS", "ORDER_STATUS"] as const) {
    const safe = expectedOf(scope).length - expectedOf(scope, "left").length;
    const { repairMismatches } = await stack.ask(
      RepairMismatchesDocument,
      { id: runs.get(scope) ?? "" },
      operator,
    );
    expect(repairMismatches).toEqual({ done: safe, refused: [], remaining: 0 });
    const again = await compare(scope);
    expect(told(scope, again.mismatches, nameOf)).toEqual(expectedOf(scope, "left"));
    const { reconciliationTrend } = await stack.ask(
      ReconciliationHistoryDocument,
      { scope },
      operator,
    );
    expect(reconciliationTrend).toMatchObject([
      { mismatches: expectedOf(scope, "left").length, repaired: 0 },
      { mismatches: expectedOf(scope).length, repaired: safe },
    ]);
  }
  expect(await countOpen("ORDER_BOOK_STALE")).toBe(0);
  expect(await countOpen("INVOICE_BOOK_STALE")).toBe(0);
  expect(await countOpen("INVOICE_TOTAL_MISMATCH")).toBe(
    expectedOf("INVOICE_TOTALS", "left").length,
  );
});

test("a shell says what is not the same, and ends with 1", async () => {
  const ctl = async (...args: readonly string[]): Promise<unknown> => {
    const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", [...args, "--json"]);
    expect(await program.exited).toMatchObject({ code: 1 });
    return JSON.parse(program.stdout());
  };
  expect(await ctl("close-check", "2026-05")).toContainEqual({
    check: "Bills are what was agreed",
    isMet: false,
    detail: `${String(expectedOf("INVOICE_TOTALS", "left").length)} are not the same`,
  });
  const answer = (await ctl("reconcile", "status")) as {
    readonly mismatches: readonly FoundMismatch[];
  };
  expect(answer.mismatches).toHaveLength(expectedOf("ORDER_STATUS", "left").length);
});

/** Nobody knows of it but us. */
async function tamper(all: readonly Discrepancy[]): Promise<void> {
  for (let at = 0; at < all.length; at += TAMPERED_AT_ONCE) {
    const some = all.slice(at, at + TAMPERED_AT_ONCE);
    await Promise.all(
      some.map(({ tamper: { source, type, reference, change } }) =>
        stack.sandbox.tamper(source, type, reference, change),
      ),
    );
  }
}

async function compare(scope: Scope) {
  const { runReconciliation } = await stack.ask(RunReconciliationDocument, { scope }, operator);
  const until = Date.now() + RUN_MS;
  for (;;) {
    const { reconciliation } = await stack.ask(
      ReconciliationResultDocument,
      { id: runReconciliation.id },
      operator,
    );
    if (reconciliation?.status === "DONE") return { id: runReconciliation.id, ...reconciliation };
    if (Date.now() > until || reconciliation?.status === "FAILED") {
      throw new Error(`${scope} did not come to its end: ${JSON.stringify(reconciliation)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function told(
  scope: Scope,
  mismatches: readonly FoundMismatch[],
  nameOf: (mismatch: FoundMismatch) => string,
): readonly string[] {
  return mismatches.map((each) => `${scope} ${nameOf(each)} ${each.kind} ${each.code}`).sort();
}

function expectedOf(scope: Scope, which: "all" | "left" = "all"): readonly string[] {
  return plan
    .flatMap(({ expected }) => expected)
    .filter((each) => each.scope === scope && (which === "all" || !each.isRepairable))
    .map(({ name, kind, code }) => `${scope} ${name} ${kind} ${code}`)
    .sort();
}

async function countOpen(code: string): Promise<number> {
  const { exceptions } = await stack.ask(CountOpenExceptionsDocument, { code }, operator);
  return exceptions.totalCount ?? 0;
}

/** Orders that are placed, shipped and billed until it is stopped. @returns how many left meanwhile */
function liveOrders() {
  let isStopped = false;
  let left = 0;
  const run = async () => {
    while (!isStopped) {
      const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
      await waitForStatus(stack, order, "ALLOCATED", portal, STEP_MS);
      await stack.sandbox.advance(order.reference, "shipped");
      left += 1;
    }
  };
  const running = run();
  return {
    async stop() {
      isStopped = true;
      await running;
      return left;
    },
  };
}
