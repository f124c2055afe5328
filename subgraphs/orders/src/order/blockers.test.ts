import {
  openOrder,
  orderToCash,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseInvoiceNumber,
  parseLocalDate,
  parseOrderKey,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
  quantity,
  type BillingTerms,
  type Instant,
  type OrderDraft,
  type OrderId,
  type OrderState,
  type OrderToCashEvent,
  type ShipmentStatus,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { EA, usd } from "../testing/systems.ts";
import { blockersOf, blockersOfLine } from "./blockers.ts";
import { holdsOf } from "./holds.ts";
import { linesOf } from "./order-lines.ts";
import type { PausedSince } from "./paused-systems.ts";

const KEY = "7K3QF9M2ZT";
const ids = { id: KEY as OrderId, number: parseOrderNumber("SO-0005001") };
const [EAST, WEST] = ["EAST", "WEST"].map(parseWarehouseCode) as [
  ReturnType<typeof parseWarehouseCode>,
  ReturnType<typeof parseWarehouseCode>,
];
const NAMES = { erp: "erp", wms: "wms", finance: "finance" };
const SECOND_MS = 1_000;
const placedAt = at(0);

function at(second: number): Instant {
  return parseInstant(new Date(Date.UTC(2026, 10, 21, 8, 0, second)).toISOString());
}
const pieces = (count: number) => quantity(parseDecimal(String(count)), EA);

/** Ten of one product, four of another. */
const draft: OrderDraft = {
  key: parseOrderKey(KEY),
  customerNumber: parseCustomerNumber("C10010"),
  customerReference: null,
  channel: "PORTAL",
  currency: parseCurrencyCode("USD"),
  placedAt,
  requestedDeliveryOn: null,
  shipTo: { name: null, lines: [], city: "Reno", region: null, postalCode: null, country: "US" },
  warehouse: EAST,
  lines: [10, 4].map((count, nth) => ({
    lineNumber: nth + 1,
    sku: parseSku(`NG-${String(nth + 1)}`),
    description: "Bolt",
    ordered: pieces(count),
    orderedBase: pieces(count),
    unitPrice: usd("1.00"),
    priceBasis: "LIST",
  })),
};

/** Four of the second line are nowhere: what is there comes from two warehouses. */
const split = (shipComplete: boolean): OrderDraft => ({
  ...draft,
  sourcing: {
    rule: "fewest-shipments/1",
    shipComplete,
    assignments: [
      { lineNumber: 1, warehouse: EAST, quantity: pieces(6), reason: "It has them." },
      { lineNumber: 1, warehouse: WEST, quantity: pieces(4), reason: "It has the rest." },
    ],
    backorders: [
      {
        lineNumber: 2,
        quantity: pieces(4),
        promisedOn: parseLocalDate("2026-12-01"),
        reason: "A supplier has announced it.",
      },
    ],
  },
});

type Happened = OrderToCashEvent extends infer Event
  ? Event extends OrderToCashEvent
    ? Omit<Event, "at" | "source">
    : never
  : never;

const created: Happened = { kind: "orderCreated", number: ids.number };
const shipment = (
  id: string,
  release: number,
  status: ShipmentStatus,
  counts: [number, number][],
) =>
  ({
    id: parseShipmentId(id),
    number: id,
    status,
    release,
    lines: counts.map(([lineNumber, count]) => ({ lineNumber, quantity: pieces(count) })),
    problem: status === "EXCEPTION" ? "A pallet fell over." : null,
    milestones: [],
  }) as const;
const released = (release: number, id: string, ...counts: [number, number][]): Happened => ({
  kind: "releaseCreated",
  release,
  shipments: [shipment(id, release, "RELEASED", counts)],
});
const progressed = (
  id: string,
  status: ShipmentStatus,
  ...counts: [number, number][]
): Happened => ({
  kind: "shipmentProgressed",
  shipment: shipment(id, 1, status, counts),
});

/** One after the other, a second apart. */
function after(events: readonly Happened[], opened = draft, billing?: BillingTerms): OrderState {
  const { state } = openOrder(ids.id, opened, "create");
  const first: OrderState = billing === undefined ? state : { ...state, billing };
  return events.reduce((last, happened, nth) => {
    const event = { ...happened, at: at(nth + 1), source: "source" } as OrderToCashEvent;
    return orderToCash(last, event).state;
  }, first);
}

/** What is told of the order, and of each of its lines, ten seconds after the last event. */
function look(state: OrderState, pausedSince: PausedSince = () => null) {
  const record: OrderRecord = {
    id: state.id,
    number: state.number,
    customerNumber: state.draft.customerNumber,
    customerReference: null,
    status: state.status,
    placedAt,
    skus: [],
    state,
    source: null,
  };
  const provenance = { source: "crossdock", asOf: placedAt, freshness: "LIVE" } as const;
  const part = { kind: "draft", draft: state.draft, provenance } as const;
  const lines = linesOf(record, part);
  const nowMs = Date.parse(at(50)) + 10 * SECOND_MS;
  const all = blockersOf({
    record,
    holds: holdsOf(record, part),
    lines,
    nowMs,
    names: NAMES,
    pausedSince,
  });
  return {
    all,
    codes: all.map(({ code }) => code),
    byLine: lines.map((line) => blockersOfLine(all, line).map(({ code }) => code)),
  };
}

test("the ERP that does not create an order keeps all of it from moving", () => {
  const { all, byLine } = look(after([]));
  expect(all).toEqual([
    {
      code: "WAITING_FOR_ERP",
      message: "erp has not created the order yet. It is kept and will be sent again.",
      since: placedAt,
      owner: "source",
      lines: null,
    },
  ]);
  expect(byLine).toEqual([["WAITING_FOR_ERP"], ["WAITING_FOR_ERP"]]);
});

test("an order that waits for a system to which we send nothing waits for us, and says so", () => {
  const onlyErp: PausedSince = (system) => (system === "erp" ? at(3) : null);
  expect(look(after([]), onlyErp).all).toEqual([
    {
      code: "SYSTEM_PAUSED",
      message:
        "We send nothing to erp for now. What waits is kept, and goes on by itself when that ends.",
      since: at(3),
      owner: "operator",
      lines: null,
    },
  ]);
  expect(look(after([]), (system) => (system === "wms" ? at(3) : null)).codes).toEqual([
    "WAITING_FOR_ERP",
  ]);
});

test.each([
  ["CREDIT_EXCEEDED", "finance"],
  ["CUSTOMER_ON_HOLD", "finance"],
  ["APPROVAL_NEEDED", "operator"],
] as const)("an order that waits for a decision (%s) says whose", (code, owner) => {
  const holds = [{ code, reason: "Somebody has to look at it." }];
  const acceptance = { rules: "a/1", inStockOnly: false, isPromised: false, holds, notices: [] };
  const { all } = look(after([], { ...draft, acceptance }));
  const told = { code, message: "Somebody has to look at it.", since: placedAt, owner };
  expect(all).toMatchObject([told]);
});

test("each warehouse that has not taken its part is told, with the lines that it sends", () => {
  const { all, byLine } = look(after([created, released(2, "W-2", [1, 4])], split(false)));
  expect(all).toMatchObject([
    {
      code: "WAITING_FOR_WAREHOUSE",
      message: "wms has not taken what EAST sends yet. It is kept and will be sent again.",
      owner: "source",
    },
    {
      code: "WAITING_FOR_STOCK",
      message:
        "Line 2: 4 EA of NG-2 wait for stock, promised for 2026-12-01. A supplier has announced it.",
      owner: "warehouse",
    },
  ]);
  expect(byLine).toEqual([["WAITING_FOR_WAREHOUSE"], ["WAITING_FOR_STOCK"]]);
});

test("what is there of an order that goes out whole waits for what is not", () => {
  const { byLine, all } = look(after([created], split(true)));
  expect(byLine).toEqual([["WAITING_TO_SHIP_COMPLETE"], ["WAITING_FOR_STOCK"]]);
  expect(all.find(({ code }) => code === "WAITING_TO_SHIP_COMPLETE")?.message).toBe(
    "The buyer wants all of it at once: what is there waits for what is not.",
  );
});

test("a shipment that something happened to concerns the lines that are in it", () => {
  const { all, byLine } = look(
    after([created, released(1, "W-1", [1, 10]), progressed("W-2", "EXCEPTION", [2, 4])]),
  );
  expect(all).toMatchObject([
    { code: "WAREHOUSE_EXCEPTION", message: "A pallet fell over.", owner: "warehouse" },
  ]);
  expect(byLine).toEqual([[], ["WAREHOUSE_EXCEPTION"]]);
});

test("a release that the warehouse refused is told once, by its hold", () => {
  const refused: Happened = {
    kind: "stepRefused",
    step: "releaseOrder",
    release: 1,
    code: "INVALID_ADDRESS",
    message: "The warehouse cannot send to the address.",
  };
  const { all } = look(after([created, refused]));
  expect(all).toMatchObject([
    {
      code: "INVALID_ADDRESS",
      owner: "customer",
      message: "The warehouse cannot send to the address.",
    },
  ]);
});

describe("of two shipments, one of which is billed", () => {
  const shipped = [
    created,
    released(1, "W-1", [1, 10]),
    progressed("W-1", "SHIPPED", [1, 10]),
    progressed("W-2", "SHIPPED", [2, 4]),
  ];
  const posted: Happened = {
    kind: "invoiceChanged",
    invoice: {
      number: parseInvoiceNumber("SO-0005001-1"),
      id: parseInvoiceId("F1"),
      status: "POSTED",
      total: usd("10.00"),
    },
  };

  test("the other line waits for finance, and the billed line for nothing", () => {
    const { all, byLine } = look(after([...shipped, posted]));
    expect(all).toMatchObject([
      {
        code: "WAITING_FOR_INVOICE",
        message: "finance has not posted invoice SO-0005001-2 yet.",
        owner: "finance",
      },
    ]);
    expect(byLine).toEqual([[], ["WAITING_FOR_INVOICE"]]);
  });

  test("a bill that a person has to see to is told by its hold alone", () => {
    const failed: Happened = {
      kind: "stepFailed",
      step: "raiseInvoice",
      invoice: parseInvoiceNumber("SO-0005001-2"),
      code: "PERIOD_CLOSED",
      message: "The accounting period is closed in finance.",
    };
    const { all, byLine } = look(after([...shipped, posted, failed]));
    expect(all).toMatchObject([{ code: "PERIOD_CLOSED", owner: "finance" }]);
    expect(byLine).toEqual([[], ["PERIOD_CLOSED"]]);
  });

  test.each([
    ["TAX_CALCULATED", { tax: "SOURCE" }],
    ["FREIGHT_KNOWN", { freight: "BILLED" }],
  ] as const)("a bill waits for what it needs: %s", (code, terms) => {
    const billing: BillingTerms = {
      tax: "FINANCE",
      freight: "IN_PRICES",
      priceTolerance: null,
      freightTolerance: parseDecimal("0"),
      ...terms,
    };
    const { all, byLine } = look(after(shipped, draft, billing));
    expect(all).toMatchObject([
      {
        code,
        owner: "source",
        message: expect.stringMatching(/^Bill SO-0005001-1 waits: /) as string,
      },
      { code, owner: "source" },
    ]);
    expect(byLine).toEqual([[code], [code]]);
  });
});

test.each([
  [
    "cancelRequested",
    "BEING_CANCELLED",
    "The order is being cancelled; not every system has answered yet.",
  ],
  [
    "amendRequested",
    "BEING_AMENDED",
    "The order is being changed; not every system has answered yet.",
  ],
] as const)(
  "what a client wants of the whole order holds it up while it is asked for (%s)",
  (kind, code, message) => {
    const change = { requestedDeliveryOn: parseLocalDate("2027-01-15") };
    const request: Happened =
      kind === "cancelRequested"
        ? { kind, commandId: "c-1", reason: null }
        : { kind, commandId: "c-1", amendment: change };
    const { all } = look(after([created, released(1, "W-1", [1, 10], [2, 4]), request]));
    expect(all).toMatchObject([{ code, message, owner: "source" }]);
  },
);

test("an order that the ERP has refused says why and who can help, and nothing else", () => {
  const refused: Happened = {
    kind: "orderRefused",
    code: "CREDIT_EXCEEDED",
    message: "No credit left.",
  };
  expect(look(after([refused])).all).toMatchObject([
    { code: "CREDIT_EXCEEDED", message: "No credit left.", owner: "finance" },
  ]);
});

test("nothing stands in the way of an order that the warehouse is at work on", () => {
  const events = [
    created,
    released(1, "W-1", [1, 10], [2, 4]),
    progressed("W-1", "PICKING", [1, 10], [2, 4]),
  ];
  expect(look(after(events)).codes).toEqual([]);
});
