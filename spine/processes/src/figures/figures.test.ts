import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { sql } from "kysely";
import { createFigureBook } from "./figure-book.ts";

const PERIOD = { from: new Date("2026-11-01T00:00:00Z"), to: new Date("2026-12-01T00:00:00Z") };

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
}, 30_000);
afterAll(() => opened.close());

async function read() {
  const figures = await createFigureBook(opened.ledger).readFigures(PERIOD);
  return new Map(figures.map(({ name, value, sample }) => [name, { value, sample }]));
}

const quantity = (value: string) => ({ value, uom: "EA" });

type Given = {
  readonly id: string;
  readonly placedAt: string;
  readonly shipped: string;
  readonly wantedOn?: string;
  readonly timeline: Readonly<Record<string, string>>;
  readonly isSynthetic?: true;
};

/** An order of ten pieces. */
async function insertOrder({ id, placedAt, shipped, wantedOn, timeline, isSynthetic }: Given) {
  const state = {
    correlationId: `c-${id}`,
    draft: {
      lines: [{ ordered: quantity("10") }],
      requestedDeliveryOn: wantedOn ?? null,
      ...(isSynthetic && { isSynthetic }),
    },
    lines: [{ shipped: quantity(shipped) }],
    timeline: Object.entries(timeline).map(([type, at]) => ({ type, at, source: "wms" })),
  };
  await sql`
    insert into order_book (id, customer_number, status, placed_at, skus, state)
    values (${id}, 'C10010', 'DELIVERED', ${placedAt}::timestamptz, '{}', ${JSON.stringify(state)}::jsonb)
  `.execute(opened.ledger.db);
}

async function insertException(id: string, given: { readonly by: string; readonly code?: string }) {
  await sql`
    insert into exceptions (id, command_id, command_type, subject, code, owner, action_code, action_text, summary,
      payload, correlation_id, opened_at, due_at, resolved_at, resolution, resolved_by)
    values (${id}, ${id}, 'orders.submitOrder', 'order:A', ${given.code ?? "ITEM_BLOCKED"}, 'masterData', 'x', 'x', 'x',
      '{}', 'c-A', '2026-11-02T09:00:00Z', '2026-11-03T00:00:00Z', '2026-11-02T10:00:00Z', 'CORRECTED', ${given.by})
  `.execute(opened.ledger.db);
}

test("without orders every figure is there and has nothing to be computed from", async () => {
  const figures = await read();
  expect([...figures.keys()]).toEqual([
    "automaticResolutions",
    "manualResolutions",
    "automaticShare",
    "exceptionRate",
    "exceptionResolutionP50",
    "exceptionResolutionP95",
    "ordersTaken",
    "orderCycleP50",
    "orderCycleP95",
    "orderToInvoiceP50",
    "orderToInvoiceP95",
    "orderFallout",
    "fillRate",
    "promiseAccuracy",
    "invoiceCycleP50",
    "invoiceCycleP95",
    "pricingAccuracy",
    "inventoryAccuracy",
    "inventoryFreshnessP95",
    "partnerOnboardingP50",
  ]);
  expect(figures.get("ordersTaken")).toEqual({ value: 0, sample: 0 });
  expect(figures.get("fillRate")).toEqual({ value: null, sample: 0 });
});

test("figures are of the period, and of orders that somebody bought something with", async () => {
  const shippedAt = "2026-11-02T10:00:00Z";
  const whole = {
    id: "A",
    placedAt: "2026-11-02T08:00:00Z",
    shipped: "10",
    wantedOn: "2026-11-05",
    timeline: {
      SHIPPED: shippedAt,
      DELIVERED: "2026-11-05T20:00:00Z",
      INVOICED: "2026-11-02T12:00:00Z",
    },
  };
  await insertOrder(whole);
  await insertOrder({
    ...whole,
    id: "B",
    shipped: "9",
    timeline: { ...whole.timeline, DELIVERED: "2026-11-06T00:00:00Z" },
  });
  await insertOrder({ ...whole, id: "EARLIER", placedAt: "2026-10-31T23:59:59Z" });
  await insertOrder({ ...whole, id: "PROBE", isSynthetic: true });
  await insertException("1", { by: "anna" });
  await insertException("2", { by: "order-to-cash" });
  const figures = await read();
  expect(figures.get("ordersTaken")).toEqual({ value: 2, sample: 2 });
  expect(figures.get("orderCycleP50")).toEqual({ value: 2 * 3_600, sample: 2 });
  expect(figures.get("orderToInvoiceP95")).toEqual({ value: 4 * 3_600, sample: 2 });
  expect(figures.get("fillRate")).toEqual({ value: 0.5, sample: 2 });
  expect(figures.get("promiseAccuracy")).toEqual({ value: 0.5, sample: 2 });
  expect(figures.get("orderFallout")).toEqual({ value: 0.5, sample: 2 });
  expect(figures.get("manualResolutions")).toEqual({ value: 1, sample: 1 });
  expect(figures.get("automaticShare")).toEqual({ value: 0.5, sample: 2 });
  expect(figures.get("exceptionResolutionP50")).toEqual({ value: 3_600, sample: 2 });
});
