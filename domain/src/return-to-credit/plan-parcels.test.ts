import { parseDecimal } from "../decimal.ts";
import { parseOrderNumber, parseShipmentId, parseSku, parseWarehouseCode } from "../identifiers.ts";
import { parseCurrencyCode } from "../money.ts";
import type { OrderDraftLine } from "../order.ts";
import { parseUomCode, quantity } from "../quantity.ts";
import type { Shipment } from "../shipment.ts";
import { parseInstant } from "../time.ts";
import type { InvoiceLine } from "../invoice.ts";
import { creditLinesOf } from "./credit-lines.ts";
import type { CountedGoods, ReturnParcel } from "./parcel.ts";
import { claimedLines, piecesOf, planParcels } from "./plan-parcels.ts";
import { approve, CAUTIOUS_RETURNS } from "./terms.ts";

const NUMBER = parseOrderNumber("SO-0005001");
const BOLT = parseSku("NG-10001");
const EA = parseUomCode("EA");
const BX = parseUomCode("BX");
const USD = parseCurrencyCode("USD");

const older = shipment("1-1", "2026-11-01T08:00:00Z", [
  { lot: "L1", pieces: "6" },
  { lot: "L2", pieces: "4" },
]);
const newer = shipment("2-2", "2026-11-05T08:00:00Z", [{ lot: "L2", pieces: "10" }], "WEST");
const order = { number: NUMBER, shipments: [newer, older] };

test("the oldest shipment first, each to the warehouse that sent it, lot by lot", () => {
  expect(planned("12")).toEqual([
    ["1-1", "EAST", "L1 6, L2 4"],
    ["2-2", "WEST", "L2 2"],
  ]);
});

test("a lot or a shipment that the buyer names is taken, and no other", () => {
  expect(planned("5", { lot: "L2" })).toEqual([
    ["1-1", "EAST", "L2 4"],
    ["2-2", "WEST", "L2 1"],
  ]);
  expect(planned("5", { shipmentId: parseShipmentId("2-2") })).toEqual([["2-2", "WEST", "L2 5"]]);
  expect(planned("5", { lot: "L1", shipmentId: parseShipmentId("2-2") })).toEqual([
    "NOT_RETURNABLE",
  ]);
  expect(planned("7", { lot: "L1" })).toEqual(["NOT_RETURNABLE"]);
});

test("what is on its way back already is not sent back again; what was withdrawn may be", () => {
  const coming = parcelOf("AWAITED");
  expect(planned("7", { lot: "L1" }, [coming])).toEqual(["NOT_RETURNABLE"]);
  expect(planned("2", { lot: "L1" }, [coming])).toEqual([["1-1", "EAST", "L1 2"]]);
  expect(planned("6", { lot: "L1" }, [parcelOf("WITHDRAWN")])).toEqual([["1-1", "EAST", "L1 6"]]);
});

test("what has not left cannot come back", () => {
  const packed: Shipment = { ...older, status: "PACKED", shippedAt: null };
  const plan = planParcels([wanted("1")], { number: NUMBER, shipments: [packed] }, []);
  expect(plan.kind).toBe("refused");
});

test("boxes are counted in pieces, and only whole pieces come back", () => {
  const box = {
    ordered: quantity(parseDecimal("2"), BX),
    orderedBase: quantity(parseDecimal("24"), EA),
  };
  expect(piecesOf(quantity(parseDecimal("0.5"), BX), box)).toBe("6");
  expect(piecesOf(quantity(parseDecimal("0.1"), BX), box)).toBeNull();
});

test("a return that was given up holds nothing; one whose goods came and were not accepted does", () => {
  const lines = [{ lineNumber: 1, quantity: quantity(parseDecimal("1"), EA), reason: "dents" }];
  const gone = { status: "REJECTED", lines, parcels: [parcelOf("WITHDRAWN")] } as const;
  const scrapped = { status: "REJECTED", lines, parcels: [parcelOf("INSPECTED")] } as const;
  expect(claimedLines([gone, { ...gone, status: "CANCELLED" }])).toEqual([]);
  expect(claimedLines([scrapped, { ...gone, status: "AUTHORIZED" }])).toHaveLength(2);
});

describe("lines to be credited", () => {
  const draft = {
    lines: [
      {
        lineNumber: 1,
        sku: BOLT,
        ordered: quantity(parseDecimal("2"), BX),
        orderedBase: quantity(parseDecimal("24"), EA),
      } as OrderDraftLine,
    ],
  };
  const credited = (billedIn: typeof EA, ...found: readonly string[]) =>
    creditLinesOf(
      found.map(goods),
      { lines: [billed(3, billedIn, 1)] },
      { number: NUMBER, draft },
    )?.map(({ lineNumber, quantity: value }) => [lineNumber, value]);

  test("are in the unit that was billed, over all lots", () => {
    expect(credited(EA, "4", "2")).toEqual([[3, "6"]]);
    expect(credited(BX, "4", "2")).toEqual([[3, "0.5"]]);
  });

  test("a part of a box is cut: never more is credited than came back", () => {
    expect(credited(BX, "8")).toEqual([[3, "0.6666"]]);
  });

  test("of an invoice that does not know the order's lines any more, the only line of the item is meant", () => {
    const bare = { ...billed(7, EA, 1), orderLine: null };
    const asked = (lines: readonly InvoiceLine[]) =>
      creditLinesOf([goods("1")], { lines }, { number: NUMBER, draft });
    expect(asked([bare])).toEqual([{ lineNumber: 7, quantity: "1" }]);
    expect(asked([bare, { ...bare, lineNumber: 8 }])).toBeNull();
  });
});

describe("approval", () => {
  const policy = {
    ...CAUTIOUS_RETURNS,
    autoApprove: { below: parseDecimal("100"), withinDays: 30 },
  };
  const value = { amount: parseDecimal("99.99"), currency: USD };
  const asked = {
    value,
    deliveredAt: parseInstant("2026-11-01T08:00:00Z"),
    at: parseInstant("2026-12-01T23:00:00Z"),
  };

  test("is automatic below the amount and within the days, both to the last", () => {
    expect(approve(policy, asked)).toEqual({
      isAutomatic: true,
      reason: "99.99 USD is below 100.00 USD, asked for by 2026-12-01.",
    });
  });

  test.each([
    ["no rule", { ...policy, autoApprove: null }, asked],
    ["the amount itself", policy, { ...asked, value: { ...value, amount: parseDecimal("100") } }],
    ["a day later", policy, { ...asked, at: parseInstant("2026-12-02T00:00:00Z") }],
    ["prices that are not known", policy, { ...asked, value: null }],
    ["no delivery", policy, { ...asked, deliveredAt: null }],
  ])("%s is for a person", (_name, rule, question) => {
    expect(approve(rule, question).isAutomatic).toBe(false);
  });
});

function planned(
  pieces: string,
  named: Partial<Parameters<typeof planParcels>[0][number]["line"]> = {},
  parcels: readonly ReturnParcel[] = [],
) {
  const plan = planParcels([wanted(pieces, named)], order, [{ parcels }]);
  return plan.kind === "refused"
    ? plan.userErrors.map(({ code }) => code)
    : plan.parcels.map(({ shipmentId, warehouse, lines }) => [
        shipmentId,
        warehouse,
        lines.map(({ lot, quantity: { value } }) => `${lot ?? ""} ${value}`).join(", "),
      ]);
}

function wanted(pieces: string, named: object = {}) {
  return { line: { lineNumber: 1, ...named }, pieces: parseDecimal(pieces) };
}

function parcelOf(status: ReturnParcel["status"]): ReturnParcel {
  return {
    number: 1,
    shipmentId: older.id,
    warehouse: older.warehouse,
    status,
    commandId: null,
    lines: [
      {
        lineNumber: 1,
        sku: BOLT,
        quantity: quantity(parseDecimal("4"), EA),
        lot: "L1",
        serials: [],
      },
    ],
    counted: [],
    unexpected: [],
    review: null,
    credit: null,
  };
}

function goods(pieces: string): CountedGoods {
  const value = quantity(parseDecimal(pieces), EA);
  return { lineNumber: 1, sku: BOLT, quantity: value, lot: null, disposition: "RESTOCK" };
}

function billed(lineNumber: number, uom: typeof EA, orderLine: number): InvoiceLine {
  const price = { amount: parseDecimal("1"), currency: USD };
  return {
    lineNumber,
    description: "Bolt",
    sku: BOLT,
    orderLine: { orderNumber: NUMBER, lineNumber: orderLine },
    quantity: quantity(parseDecimal("2"), uom),
    unitPrice: price,
    lineTotal: price,
  };
}

function shipment(
  id: string,
  shippedAt: string,
  lots: readonly { readonly lot: string; readonly pieces: string }[],
  warehouse = "EAST",
): Shipment {
  const at = parseInstant(shippedAt);
  return {
    id: parseShipmentId(id),
    number: id,
    orderNumbers: [NUMBER],
    warehouse: parseWarehouseCode(warehouse),
    status: "SHIPPED",
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shipTo: null,
    lines: lots.map(({ lot, pieces }) => ({
      orderNumber: NUMBER,
      lineNumber: 1,
      sku: BOLT,
      quantity: quantity(parseDecimal(pieces), EA),
      lot,
      serials: [],
    })),
    packages: [],
    milestones: [],
    shippedAt: at,
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: at,
  } as unknown as Shipment;
}
