import {
  addDecimals,
  ZERO,
  type OrderNumber,
  type Shipment,
  type ShortfallReason,
  type Sku,
} from "@crossdock/domain";
import type { ShipmentReader } from "../shipments.ts";

/** What people in the warehouse do otherwise than they were told. */
export type FulfilmentTwist = {
  readonly short?: readonly { readonly sku: Sku; readonly quantity: number }[];
  readonly reason?: ShortfallReason;
  /** Leaves later, in a shipment of its own. */
  readonly later?: readonly { readonly sku: Sku; readonly quantity: number }[];
  readonly parcels?: number;
};

export type SeededFulfilment = {
  readonly shipments: ShipmentReader;
  /** An item that is kept by lots, one that is by serial numbers, one that is by neither; 20 of each lie there. */
  readonly items: { readonly lot: Sku; readonly serial: Sku; readonly plain: Sku };
  /** Puts a release of one line per sku into the warehouse, numbered from 1. */
  readonly release: (
    lines: readonly { readonly sku: Sku; readonly quantity: number }[],
  ) => Promise<OrderNumber>;
  /** People send it on its way, or take it to the customer's door. */
  readonly move: (
    order: OrderNumber,
    to: "shipped" | "delivered",
    twist?: FulfilmentTwist,
  ) => Promise<void>;
};

/** Every ShipmentReader of a warehouse passes it: what people do there is told as it was, not as it was asked. */
export function fulfilmentContract(name: string, seeded: () => Promise<SeededFulfilment>): void {
  const read = async ({ shipments }: SeededFulfilment, order: OrderNumber) => {
    const [found] = await shipments.readShipmentsOfOrders([order], AbortSignal.timeout(10_000));
    return found ?? [];
  };
  const sent = async (
    source: SeededFulfilment,
    lines: readonly { readonly sku: Sku; readonly quantity: number }[],
    twist: FulfilmentTwist,
    to: "shipped" | "delivered" = "shipped",
  ) => {
    const order = await source.release(lines);
    await source.move(order, to, twist);
    return read(source, order);
  };
  const shortOf = ({ shortfalls = [] }: Shipment) =>
    shortfalls.map(({ lineNumber, sku, quantity, reason }) => [
      lineNumber,
      sku,
      quantity.value,
      reason,
    ]);

  test.each(["SHORT_PICK", "DAMAGED", "WRONG_LOT"] as const)(
    `${name} tells what it sent and what it did not: %s`,
    async (reason) => {
      const source = await seeded();
      const { plain, lot } = source.items;
      const lines = [
        { sku: plain, quantity: 5 },
        { sku: lot, quantity: 10 },
      ];
      const short = [{ sku: lot, quantity: 4 }];
      const [shipment, ...others] = await sent(source, lines, { short, reason });
      if (shipment === undefined) throw new Error("the release has no shipment");
      expect(others).toEqual([]);
      expect(shipment.status).toBe("SHIPPED");
      expect([piecesOf([shipment], 1), piecesOf([shipment], 2)]).toEqual(["5", "6"]);
      expect(shortOf(shipment)).toEqual([[2, lot, "4", reason]]);
      const ofLots = shipment.lines.filter(({ lineNumber }) => lineNumber === 2);
      expect(ofLots.every((line) => line.lot !== null)).toBe(true);
    },
  );

  test(`${name} cancels a shipment of which nothing is left, and tells all of it as short`, async () => {
    const source = await seeded();
    const { lot } = source.items;
    const pieces = [{ sku: lot, quantity: 3 }];
    const [shipment] = await sent(source, pieces, { short: pieces, reason: "DAMAGED" });
    expect(shipment?.status).toBe("CANCELLED");
    expect(shipment === undefined ? [] : shortOf(shipment)).toEqual([[1, lot, "3", "DAMAGED"]]);
    expect(shipment?.problem).toContain(lot);
  });

  test(`${name} is short of nothing that it sends as it was told`, async () => {
    const source = await seeded();
    const [shipment] = await sent(source, [{ sku: source.items.plain, quantity: 2 }], {});
    expect(shipment?.shortfalls).toEqual([]);
  });

  test(`${name} numbers each of several packages, and what is in them is what was sent`, async () => {
    const source = await seeded();
    const { serial, plain } = source.items;
    const lines = [
      { sku: plain, quantity: 4 },
      { sku: serial, quantity: 3 },
    ];
    const [shipment] = await sent(source, lines, { parcels: 3 });
    if (shipment === undefined) throw new Error("the release has no shipment");
    const { packages } = shipment;
    expect(new Set(packages.map(({ trackingNumber }) => trackingNumber)).size).toBe(3);
    expect(packages.every(({ trackingNumber }) => trackingNumber !== null)).toBe(true);
    const packed = packages.flatMap((each) => each.lines);
    expect(total(packed)).toBe(total(shipment.lines));
    const serials = shipment.lines.flatMap((line) => line.serials);
    expect(serials).toHaveLength(3);
    expect(packed.flatMap((line) => line.serials).sort()).toEqual([...serials].sort());
  });

  test(`${name} tells an order that leaves in two shipments as two, of which nothing is short`, async () => {
    const source = await seeded();
    const { plain } = source.items;
    const order = await source.release([{ sku: plain, quantity: 10 }]);
    await source.move(order, "shipped", { later: [{ sku: plain, quantity: 4 }] });
    const before = await read(source, order);
    expect(before.map((shipment) => [shipment.status, piecesOf([shipment], 1)])).toEqual([
      ["SHIPPED", "6"],
      ["RELEASED", "4"],
    ]);
    expect(before.flatMap(shortOf)).toEqual([]);
    await source.move(order, "shipped");
    const after = await read(source, order);
    expect(after.map(({ status }) => status)).toEqual(["SHIPPED", "SHIPPED"]);
    expect(new Set(after.map(({ id }) => id)).size).toBe(2);
    expect(after.flatMap(shortOf)).toEqual([]);
    expect(piecesOf(after, 1)).toBe("10");
  });

  test(`${name} proves a delivery with its time`, async () => {
    const source = await seeded();
    const [shipment] = await sent(
      source,
      [{ sku: source.items.plain, quantity: 1 }],
      {},
      "delivered",
    );
    expect(shipment?.deliveredAt).not.toBeNull();
    expect(shipment?.proofOfDelivery?.at).toBe(shipment?.deliveredAt);
  });
}

function piecesOf(shipments: readonly Shipment[], lineNumber: number): string {
  const lines = shipments.flatMap((shipment) => shipment.lines);
  return total(lines.filter((line) => line.lineNumber === lineNumber));
}

function total(lines: readonly Shipment["lines"][number][]): string {
  return addDecimals(ZERO, ...lines.map(({ quantity }) => quantity.value));
}
