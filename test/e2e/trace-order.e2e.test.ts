import { randomBytes } from "node:crypto";
import { print } from "graphql";
import {
  OrderChangedDocument,
  SubmitOrderDocument,
  type SubmitOrderInput,
  type SubmitOrderMutation,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { openOtlpSink, type OtlpSink, type SunkSpan } from "../src/otlp-sink.ts";
import { anOrder, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const CUSTOMER = "C10010";
const STEP_MS = 60_000;
const CALLS_PER_MINUTE = 2_000;

jest.setTimeout(240_000);

let sink: OtlpSink;
let stack: Stack;
let portal: string;
let output = "";
/** Nothing moves by itself and no look finds anything: what comes of the warehouse, its webhook told. */
beforeAll(async () => {
  sink = await openOtlpSink();
  stack = await startStack({
    speed: STANDING_STILL,
    sweepSeconds: NO_SWEEPS_SECONDS,
    callsPerMinute: CALLS_PER_MINUTE,
    variables: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    onOutput: (piece) => {
      output += piece;
    },
  });
  portal = await stack.token("portal", CUSTOMER);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

type Placed = AcceptedOrder & { readonly traceId: string; readonly traceresponse: string | null };

/** As a client does that is traced itself. @param traceparent `null`: it is not */
async function placeTraced(
  traceparent: string | null,
  input: SubmitOrderInput = anOrder(CUSTOMER),
): Promise<Placed> {
  const response = await fetch(`${stack.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${portal}`,
      ...(traceparent === null ? {} : { traceparent }),
    },
    body: JSON.stringify({ query: print(SubmitOrderDocument), variables: { input } }),
  });
  const { data } = (await response.json()) as { readonly data: SubmitOrderMutation };
  const { command, order } = data.submitOrder;
  if (command == null || order == null) throw new Error(JSON.stringify(data));
  const traceresponse = response.headers.get("traceresponse");
  return {
    commandId: command.id,
    orderId: order.id,
    reference: input.customerReference ?? "",
    traceresponse,
    traceId: traceresponse?.slice(3, 35) ?? "",
  };
}

/** Names from a span up to the first of its trace that is ours. */
function ancestry(span: SunkSpan | undefined, spans: readonly SunkSpan[]): string[] {
  const names: string[] = [];
  for (let at = span; at !== undefined; at = spans.find(({ id }) => id === at?.parentId)) {
    names.push(at.name);
  }
  return names;
}

const named = (spans: readonly SunkSpan[], name: string) =>
  spans.filter((span) => span.name === name);

/** Those of which nobody knows what they are a part of. */
function orphansOf(spans: readonly SunkSpan[], callerSpan: string): readonly SunkSpan[] {
  const ids = new Set([callerSpan, ...spans.map(({ id }) => id)]);
  return spans.filter(({ parentId }) => parentId === null || !ids.has(parentId));
}

const spansOf = ({ traceId }: Placed, isThere: (spans: readonly SunkSpan[]) => boolean) =>
  until(() => Promise.resolve(sink.spans(traceId)), isThere, STEP_MS);

const PERSON = { name: "Zebulon Quixotherly", street: "1 Unlikely Passage" };
const SHIP_TO = {
  name: PERSON.name,
  lines: [PERSON.street],
  city: "Springfield",
  region: "IL",
  postalCode: "62701",
  country: "US",
};

describe("an order that is followed until it is billed", () => {
  const traceId = randomBytes(16).toString("hex");
  const callerSpan = randomBytes(8).toString("hex");
  let placed: Placed;
  let spans: readonly SunkSpan[];
  beforeAll(async () => {
    const input = anOrder(CUSTOMER, { shipTo: SHIP_TO });
    placed = await placeTraced(`00-${traceId}-${callerSpan}-01`, input);
    const events = stack.subscribe(OrderChangedDocument, { orderIds: [placed.orderId] }, portal);
    const shipped = collectUntil(
      events,
      ({ orderChanged }) => orderChanged.type === "SHIPPED",
      STEP_MS,
    );
    await waitForStatus(stack, placed, "ALLOCATED", portal, STEP_MS);
    await stack.sandbox.advance(placed.reference, "shipped");
    await shipped;
    spans = await spansOf(
      placed,
      (all) =>
        orphansOf(all, callerSpan).length === 0 &&
        named(all, "settle billing.raiseInvoice").length > 0 &&
        named(all, "deliver subscription").some((span) =>
          ancestry(span, all).includes("webhook wms"),
        ),
    );
  });

  test("one trace joins its request, the queue, the sources' calls, the webhook and the subscription", () => {
    const up = (name: string) => ancestry(named(spans, name).at(-1), spans);
    const accepted = ["accept orders.submitOrder", "subgraph orders", "graphql mutation"];
    const ordered = ["attempt orders.submitOrder", ...accepted];
    const released = ["attempt shipments.releaseOrder", ...ordered];

    expect(up("queue erp")).toEqual(["queue erp", ...accepted]);
    expect(up("erp POST salesOrders")).toEqual(["erp POST salesOrders", ...ordered]);
    expect(up("settle orders.submitOrder")).toEqual(["settle orders.submitOrder", ...ordered]);
    expect(up("queue wms")).toEqual(["queue wms", ...ordered]);
    expect(up("attempt shipments.releaseOrder")).toEqual(released);
    expect(up("wms POST order")).toEqual(["wms POST order", ...released]);
    const shipped = ["feed wms-shipment", "webhook wms", ...accepted];
    expect(up("feed wms-shipment")).toEqual(shipped);
    expect(
      named(spans, "deliver subscription").map((span) => ancestry(span, spans)),
    ).toContainEqual(["deliver subscription", ...shipped]);
  });

  test("its trace is the caller's, and every span has its parent there", () => {
    expect(placed.traceId).toBe(traceId);
    expect(orphansOf(spans, callerSpan)).toEqual([]);
    const first = spans.filter(({ parentId }) => parentId === callerSpan);
    expect(first.map(({ name }) => name)).toEqual(["graphql mutation"]);
    expect(spans.filter(({ startedAtMs, endedAtMs }) => endedAtMs < startedAtMs)).toEqual([]);
  });

  test("a span says which operation, command and call it is", () => {
    expect(named(spans, "graphql mutation")[0]?.attributes).toMatchObject({
      "graphql.operation.type": "mutation",
      "graphql.operation.name": "SubmitOrder",
      "graphql.document.hash": expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(named(spans, "attempt orders.submitOrder")[0]?.attributes).toMatchObject({
      "command.id": placed.commandId,
      "command.attempt": 1,
      "command.status": "SUCCEEDED",
    });
    expect(named(spans, "erp POST salesOrders")[0]?.attributes).toMatchObject({
      "source.name": "erp",
      "source.attempt": 1,
      "http.response.status_code": 201,
    });
  });

  test("nothing is told to the collector that anybody said in them", () => {
    const said = [PERSON.name, "Unlikely", "62701", placed.reference, "http://", portal];
    expect(said.filter((text) => sink.text().includes(text))).toEqual([]);
  });
});

test("an order's trace goes on after the program was killed between two steps, and its log lines name it", async () => {
  await stack.sandbox.fault({ source: "erp", kind: "down", rate: 1, forMs: STEP_MS });
  const placed = await placeTraced(null);
  const { traceId } = placed;
  expect(placed.traceresponse).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  const before = await spansOf(
    placed,
    (all) =>
      named(all, "graphql mutation").length > 0 &&
      named(all, "attempt orders.submitOrder").length > 0,
  );
  expect(named(before, "attempt orders.submitOrder")[0]).toMatchObject({ hasFailed: true });
  const lines = output.split("\n").filter((line) => line.includes(`"traceId":"${traceId}"`));
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({
      msg: "a command failed and will be tried again",
      commandId: placed.commandId,
      traceId,
      correlationId: expect.any(String),
    }),
  );
  await stack.kill();
  const killedAtMs = Date.now();
  await stack.start();
  await stack.sandbox.clearFaults();

  await waitForStatus(stack, placed, "ALLOCATED", portal, STEP_MS);
  const spans = await spansOf(
    placed,
    (all) => named(all, "settle shipments.releaseOrder").length > 0,
  );
  const after = spans.filter(({ startedAtMs }) => startedAtMs > killedAtMs);
  const done = named(after, "attempt orders.submitOrder").at(-1);
  expect(done).toMatchObject({ traceId, attributes: { "command.status": "SUCCEEDED" } });
  expect(ancestry(done, spans)).toEqual([
    "attempt orders.submitOrder",
    "accept orders.submitOrder",
    "subgraph orders",
    "graphql mutation",
  ]);
});
