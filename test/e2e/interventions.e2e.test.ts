import { AvailabilityDocument, OrderBlockersDocument } from "../generated/operations.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { createErpClerk } from "../src/erp-clerk.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { anOrder, placeOrder, STAPLE, untilDone, waitForStatus } from "../src/placing-orders.ts";
import { runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const CUSTOMER = "C10010";
/** Nobody else's order has it. */
const ITEM = "NG-10003";
const DONE_MS = 30_000;
/** A step takes two seconds when all is well; what takes longer is told. */
const TOLD_MS = 10_000;
/** Wants an answer that is no older. */
const AS_NOW_SECONDS = 1;

jest.setTimeout(180_000);

let stack: Stack;
let portal: string;
let operator: string;
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    sweepSeconds: NO_SWEEPS_SECONDS,
  });
  [portal, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("operator"),
  ]);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** What `npm run --silent ctl -- …` prints, and its exit code. */
async function ctl(...args: readonly string[]) {
  const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", args);
  program.ready.catch(() => undefined);
  const { code } = await program.exited;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

async function ctlJson<Answer>(...args: readonly string[]): Promise<Answer> {
  const { stdout } = await ctl(...args, "--json");
  return JSON.parse(stdout) as Answer;
}

const place = (sku?: string) =>
  placeOrder(
    stack,
    anOrder(CUSTOMER, sku === undefined ? {} : { lines: [{ sku, quantity: "2" }] }),
    portal,
  );

/** What only an operator may say; in the program itself, for a shell takes a second each time. */
async function intervene(field: string): Promise<void> {
  const { errors } = await stack.post(
    JSON.stringify({ query: `mutation { ${field} { id } }` }),
    operator,
  );
  expect(errors).toEqual([]);
}
const pause = (scope: string, name: string) =>
  intervene(`pause(input: { scope: ${scope}, name: "${name}", reason: "A test" })`);
const resume = (scope: string, name: string) =>
  intervene(`resume(input: { scope: ${scope}, name: "${name}" })`);

test("a paused lane holds what is accepted, over a killed process too, and then sends each once", async () => {
  await pause("LANE", "erp");
  const orders = [await place(), await place()];
  const [first] = orders;
  if (first === undefined) throw new Error("There is no order.");
  const blockersOf = async () =>
    (await stack.ask(OrderBlockersDocument, { id: first.orderId }, portal)).order?.blockers ?? [];
  const told = await until(blockersOf, (blockers) => blockers.length > 0, TOLD_MS);
  expect(told).toMatchObject([{ code: "SYSTEM_PAUSED", owner: "operator" }]);

  await stack.kill();
  await stack.start();
  const list = await ctl("pause", "list", "--check");
  expect(list.code).toBe(1);
  expect(list.stdout).toMatch(/lane erp\s+\S+Z\s+\S+\s+2\s+A test/);
  const references = orders.map(({ reference }) => reference);
  expect(await stack.sandbox.countEach("erp", "salesOrder", references)).toEqual([0, 0]);

  await resume("LANE", "erp");
  for (const order of orders) await untilDone(stack, order, operator, DONE_MS);
  expect(await stack.sandbox.countEach("erp", "salesOrder", references)).toEqual([1, 1]);
});

test("a paused partner is answered nothing, what it has open is ended, and it is answered again after it", async () => {
  const made = await ctl("partner", "create", "acme", "--name", "Acme", "--customer", CUSTOMER);
  const key = /cdk_\w+_[\w-]{43}/.exec(made.stdout)?.[0] ?? "";
  const codeOf = async () => {
    const { errors } = await stack.post('{"query":"{ orders(first: 1) { totalCount } }"}', key);
    return errors[0]?.extensions?.["code"] ?? "answered";
  };
  expect(await codeOf()).toBe("answered");
  const live = await fetch(`${stack.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      authorization: `Bearer ${key}`,
    },
    body: '{"query":"subscription { orderChanged { cursor } }"}',
  });
  const ended = live.text();
  await pause("PARTNER", "acme");
  expect(await codeOf()).toBe("UNAUTHENTICATED");
  expect(await ended).toContain("UNAUTHENTICATED");
  await resume("PARTNER", "acme");
  expect(await codeOf()).toBe("answered");
});

test("a paused source is asked nothing and served as it was known, and what waits for it is sent when it is resumed", async () => {
  const asked = async () => (await stack.sandbox.calls()).wms.total;
  await untilHistoryIsRead(stack);
  await pause("SOURCE", "wms");
  await stack.sandbox.resetCalls();
  const order = await place();
  await waitForStatus(stack, order, "CONFIRMED", portal, DONE_MS);
  const stock = await stack.query(AvailabilityDocument, { sku: STAPLE }, portal, AS_NOW_SECONDS);
  expect(stock.errors).toEqual([]);
  expect(stock.data?.availability).not.toEqual([]);
  expect(await asked()).toBe(0);

  await resume("SOURCE", "wms");
  await waitForStatus(stack, order, "ALLOCATED", portal, DONE_MS);
  expect(await asked()).toBeGreaterThan(0);
});

test("how sources do, whom a change of the schema touches, and how the business ran is told to a shell", async () => {
  const report = await ctlJson<readonly { readonly source: string }[]>("catalog", "report");
  expect(report.map(({ source }) => source).sort()).toEqual([
    "carrier",
    "erp",
    "finance",
    "tax",
    "wms",
  ]);
  expect(await ctl("impact")).toMatchObject({ code: 0, stdout: "Nothing changes.\n" });
  expect(await ctl("roi")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("orders") as string,
  });
});

type Shown = { readonly id: string; readonly code: string; readonly assignee: string | null };

test("a refused order is found, assigned, corrected and sent from a shell", async () => {
  const clerk = createErpClerk(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`);
  const paused = await ctl("pause", "lane", "erp", "--reason", "Month end");
  expect(paused).toMatchObject({ code: 0, stdout: expect.stringContaining("lane erp is paused") });
  const order = await place(ITEM);
  await clerk.blockItem(ITEM, true);
  expect((await ctl("resume", "lane", "erp")).code).toBe(0);
  const [waiting] = await until(
    () => ctlJson<readonly Shown[]>("exception", "list", "--code", "ITEM_BLOCKED"),
    (found) => found.length > 0,
    DONE_MS,
  );
  const id = waiting?.id ?? "";
  expect(id).toBe(`${order.commandId}-1`);
  expect((await ctl("exception", "assign", id, "ann")).stdout).toBe(`${id} is ann's\n`);
  const shown = await ctl("exception", "show", id);
  expect(shown.stdout).toContain("assignee: ann");
  expect(shown.stdout).toContain("customerReference");
  const dryRun = ["exception", "retry", "--code", "ITEM_BLOCKED", "--note", "x", "--dry-run"];
  expect((await ctl(...dryRun)).stdout).toContain(id);

  await clerk.blockItem(ITEM, false);
  const skipped = await ctl("command", "skip", order.commandId, "--note", "x");
  expect(skipped.code).toBe(4);
  expect(skipped.stderr).toContain("Without a sales order in the ERP there is no order");
  const edit = (changes: object) =>
    ctl("command", "edit", order.commandId, "--note", "x", "--changes", JSON.stringify(changes));
  expect((await edit({ customerNumber: "C10020" })).stderr).toContain("customerNumber: It cannot");
  expect((await edit({ customerReference: "PO-118" })).code).toBe(0);
  await untilDone(stack, order, operator, DONE_MS);
  const made = await stack.sandbox.documents("erp", "salesOrder", "PO-118");
  expect(made).toHaveLength(1);
  expect(await ctl("exception", "list", "--check")).toMatchObject({
    code: 0,
    stdout: "Nothing waits for a person.\n",
  });
});

test("exit codes tell a wrong call from a stack that is not there, and that from one that refuses", async () => {
  const codes = await Promise.all(
    [
      ["exception", "retry", "--note", "x"],
      ["pause", "list", "--url", "http://127.0.0.1:1"],
      ["command", "retry", "nothing"],
    ].map(async (args) => (await ctl(...args)).code),
  );
  expect(codes).toEqual([2, 3, 4]);
});
