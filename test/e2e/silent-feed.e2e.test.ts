import { ExceptionsDocument, ResolveExceptionDocument } from "../generated/operations.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { readMetric } from "../src/metrics.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CODE = "FEED_SILENT";
const WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 250;
/** Nothing but sweeps tell: when they fail, finance is silent. */
const PACE = {
  speed: STANDING_STILL,
  sweepSeconds: 1,
  silentSeconds: 8,
  callsPerMinute: 6_000,
};

jest.setTimeout(180_000);

let stack: Stack;
let operator: string;
beforeAll(async () => {
  stack = await startStack(PACE);
  operator = await stack.token("operator");
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Of the feed of invoices: under load another one may be late. */
async function exceptions(open: boolean) {
  const found = await stack.ask(ExceptionsDocument, { filter: { open, code: CODE } }, operator);
  return found.exceptions.edges
    .map(({ node }) => node)
    .filter(({ subject }) => subject?.id === "finance-invoice");
}

async function until<Result>(look: () => Promise<Result | undefined>): Promise<Result> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`It did not come true in ${String(WAIT_MS)} ms.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

test("finance that is away comes before the operator, and leaves by itself when it is back", async () => {
  await stack.sandbox.fault({ source: "finance", kind: "down", forMs: 600_000 });
  const opened = await until(async () => (await exceptions(true))[0]);
  expect(opened).toMatchObject({
    class: "TECHNICAL",
    owner: "source",
    suggestedAction: { code: "RESTORE_CONNECTION" },
    subject: { typename: "Feed", id: "finance-invoice" },
    command: null,
    resolution: null,
  });
  expect(await readMetric(stack.url, "crossdock_feed_silent", { feed: "finance-invoice" })).toBe(1);
  const byHand = { id: opened.id, resolution: "IGNORED", note: "Never mind." } as const;
  await expect(stack.ask(ResolveExceptionDocument, byHand, operator)).rejects.toThrow(
    "closes by itself",
  );

  await stack.sandbox.clearFaults();
  const closed = await until(async () =>
    (await exceptions(false)).find(({ id }) => id === opened.id),
  );
  expect(closed).toMatchObject({ resolution: "CORRECTED", resolvedBy: "ingest" });
  expect(await readMetric(stack.url, "crossdock_feed_silent", { feed: "finance-invoice" })).toBe(0);
});
