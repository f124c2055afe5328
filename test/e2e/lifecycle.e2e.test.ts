import { OrderChangedDocument } from "../generated/operations.ts";
import { freePorts } from "../src/ports.ts";
import { anOrder, oldestCursor, placeOrder, waitForStatus } from "../src/placing-orders.ts";
import { runNpmStart, runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
const SPEED = 2_000;
const PATH_MS = 60_000;

jest.setTimeout(120_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ speed: SPEED });
});
afterAll(() => stack[Symbol.asyncDispose]());

test("the program says once that it is ready, and where to go", async () => {
  const line = await stack.program().ready;
  expect(line).toContain(`${stack.url}/ `);
  expect(line).toContain(`${stack.url}/graphql`);
  expect(
    stack
      .program()
      .stdout()
      .match(/^ready /gm),
  ).toHaveLength(1);
});

test.each([
  ["/healthz", "application/json", /ok/],
  ["/readyz", "application/json", /ready/],
  ["/metrics", "text/plain", /^# HELP /m],
  ["/", "text/html", /<h1>Crossdock<\/h1>/],
])("%s answers", async (path, type, body) => {
  const response = await fetch(stack.url + path);
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    expect.stringContaining(type),
  ]);
  expect(await response.text()).toMatch(body);
});

test("a second start on the same data is refused in one sentence", async () => {
  const [port, sandboxPort] = await freePorts(2);
  const second = runProgram({
    ...stack.settings,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
  });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  const said = second.stderr().trim();
  expect(said.split("\n")).toHaveLength(1);
  expect(said).toContain(stack.settings["CROSSDOCK_DATA"]);
  expect(second.stdout()).not.toContain("ready");
  expect((await fetch(`${stack.url}/readyz`)).status).toBe(200);
});

test("asked to end, it closes its subscriptions, exits with 0 and finishes the order next time", async () => {
  const portal = await stack.token("portal", CUSTOMER);
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  const after = await oldestCursor(stack, await stack.token("operator"));
  const events = stack.subscribe(OrderChangedDocument, { after }, portal);
  expect(await events.next()).toMatchObject({ value: { errors: [] }, done: false });
  const ended = drain(events);

  expect(await stack.stop()).toEqual({ code: 0, signal: null });
  await ended;
  await stack.start();

  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  expect(await stack.sandbox.count("finance", "invoice", order.reference)).toBe(1);
});

/** Until the subscription ends, in whatever way: a socket that is closed is reported as an error. */
async function drain(events: AsyncIterableIterator<unknown>): Promise<void> {
  try {
    while ((await events.next()).done !== true);
  } catch {
    // The end of the socket.
  }
}

/** Tries until nobody listens there any more. */
async function isGone(url: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await fetch(`${url}/healthz`).then(
      () => true,
      () => false,
    );
    if (!answers) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

test.each([
  ["SIGTERM", { code: 0, signal: null }],
  ["SIGKILL", { code: null, signal: "SIGKILL" }],
] as const)("`npm start` that gets %s leaves nothing behind", async (signal, exit) => {
  await stack.kill();
  const npm = runNpmStart(stack.settings);
  await npm.ready;
  npm.kill(signal);
  expect(await npm.exited).toEqual(exit);
  expect(await isGone(stack.url)).toBe(true);
});
