import { ToldOfShipmentsDocument } from "../generated/operations.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { anOrder, placeOrder, waitForStatus } from "../src/placing-orders.ts";
import { runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
const STEP_MS = 30_000;
const LOOK_EVERY_MS = 200;

jest.setTimeout(120_000);

let stack: Stack;
let portal: string;
let operator: string;
/** Nothing moves by itself, and what no webhook tells is not looked for. */
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL, sweepSeconds: NO_SWEEPS_SECONDS });
  [portal, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("operator"),
  ]);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** What `npm run --silent ctl -- …` prints, by line, and its exit code. */
async function ctl(...args: readonly string[]) {
  const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", args);
  const { code } = await program.exited;
  return { code, lines: program.stdout().trimEnd().split("\n"), stderr: program.stderr() };
}

/** The statuses that were told, oldest first: what the book came to. Nobody else ships anything here. */
async function told(): Promise<readonly unknown[]> {
  const { events } = await stack.ask(ToldOfShipmentsDocument, {}, operator);
  return events.map(({ data }) => (data as unknown as { readonly status: string }).status);
}

async function untilTold(status: string): Promise<void> {
  const until = Date.now() + STEP_MS;
  while (!(await told()).includes(status)) {
    if (Date.now() > until) throw new Error(`${status} was not told: ${String(await told())}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

test("a book that missed a delivery is put right by a replay; the dry run before says so and does nothing", async () => {
  const placed = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, placed, "ALLOCATED", portal, STEP_MS);
  await stack.sandbox.advance(placed.reference, "shipped");
  await untilTold("SHIPPED");
  // The carrier knows of it, too.
  for (const source of ["wms", "carrier"] as const) {
    await stack.sandbox.fault({ source, kind: "drop", rate: 1 });
  }
  await stack.sandbox.advance(placed.reference, "delivered");

  const chosen = ["replay", "--consumer", "reread", "--type", "shipments.shipmentProgressed"];
  const dryRun = await ctl(...chosen, "--dry-run");
  expect(dryRun.stderr).toBe("");
  expect(dryRun.lines.at(-1)).toMatch(
    /^[1-9]\d* effects of \d+ events, a dry run: nothing was done$/,
  );
  expect(dryRun.lines[0]).toMatch(
    /^\w{26} {2}\S+Z {2}shipments\.shipmentProgressed {2}shipment:\S+ {2}reread {2}reads shipment \S+ again for wms-shipment$/,
  );
  expect(await told()).not.toContain("DELIVERED");

  const done = await ctl(...chosen);
  expect(done.lines.slice(0, -1)).toEqual(dryRun.lines.slice(0, -1));
  await untilTold("DELIVERED");
  expect(done.code).toBe(0);
});

test("who selects nothing is told what can be selected", async () => {
  const { code, stderr } = await ctl("replay", "--dry-run");
  expect(stderr).toContain("an id, a subject, a type, a time or a consumer");
  expect(code).toBe(4);
});

test("where every event can be read, the quarantine says so", async () => {
  expect(await ctl("events", "quarantine")).toMatchObject({
    code: 0,
    lines: ["Every event can be read."],
  });
  const { stderr } = await ctl("events", "release", "01J00000000000000000000000");
  expect(stderr).toContain("There is no event 01J00000000000000000000000 in quarantine.");
});
