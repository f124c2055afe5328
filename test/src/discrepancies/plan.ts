import type { World } from "@crossdock/sandbox";
import type { Seeded } from "../../chaos/seeded.ts";

/** A change of a source's data that nobody is told of, and what comparing has to say about it. */
export type Discrepancy = {
  readonly tamper: {
    readonly source: "erp" | "wms" | "finance";
    readonly type: string;
    readonly reference: string;
    readonly change: Readonly<Record<string, unknown>>;
  };
  readonly expected: readonly Expected[];
};

/** Named as a person would: a position by sku and warehouse, an order and a bill by their numbers. */
export type Expected = {
  readonly scope: Scope;
  readonly name: string;
  readonly kind: string;
  readonly code: string;
  /** Whether it is gone after the safe repairs. */
  readonly isRepairable: boolean;
};

export type Scope = "INVENTORY" | "SHIPPED_NOT_INVOICED" | "INVOICE_TOTALS" | "ORDER_STATUS";

/** How many of each, 200 together. */
const COUNTS = {
  bookedOtherwise: 20,
  notBooked: 15,
  bookedWithoutGoods: 15,
  shelfOtherwise: 20,
  shelfEmpty: 10,
  billedMore: 8,
  billedLess: 7,
  otherPrice: 15,
  otherTax: 10,
  otherTotal: 10,
  voided: 20,
  billedTwice: 15,
  goneInErp: 15,
  postedTooSoon: 10,
  cancelledInWarehouse: 10,
} as const;

type OfWorld = {
  readonly world: World;
  readonly seeded: Seeded;
  /** What live orders touch meanwhile. */
  readonly spared: ReadonlySet<string>;
  /** The orders that are compared. */
  readonly since: string;
};

/** Two hundred of all kinds, each of a thing of its own; the same for the same seed. */
export function planDiscrepancies(of: OfWorld): readonly Discrepancy[] {
  return [...ofStock(of), ...ofBills(of), ...ofOrders(of)];
}

function ofStock({ world, seeded, spared }: OfWorld): readonly Discrepancy[] {
  const positions = seeded.shuffled(
    world.items
      .filter(({ sku }) => !spared.has(sku))
      .flatMap(({ sku, stock }) =>
        stock.map(({ warehouseCode: warehouse, onHand }) => ({ sku, warehouse, onHand })),
      ),
  );
  const kept = positions.filter(({ onHand }) => onHand > 100);
  const empty = positions.filter(({ onHand }) => onHand === 0);
  const take = taker(kept);
  const tell = (
    source: "erp" | "wms",
    { sku, warehouse }: (typeof positions)[number],
    onHand: number,
    kind: string,
  ): Discrepancy => ({
    tamper: { source, type: "stock", reference: sku, change: { sku, warehouse, onHand } },
    expected: [
      {
        scope: "INVENTORY",
        name: `${sku}@${warehouse}`,
        kind,
        code: "STOCK_MISMATCH",
        isRepairable: false,
      },
    ],
  });
  return [
    ...take(COUNTS.bookedOtherwise).map((each) =>
      tell("erp", each, each.onHand + seeded.between(1, 40), "WRONG_QUANTITY"),
    ),
    ...take(COUNTS.notBooked).map((each) => tell("erp", each, 0, "EXTRA")),
    ...empty
      .slice(0, COUNTS.bookedWithoutGoods)
      .map((each) => tell("erp", each, seeded.between(1, 90), "MISSING")),
    ...take(COUNTS.shelfOtherwise).map((each) =>
      tell("wms", each, each.onHand - seeded.between(1, 40), "WRONG_QUANTITY"),
    ),
    ...take(COUNTS.shelfEmpty).map((each) => tell("wms", each, 0, "MISSING")),
  ];
}

function ofBills({ world, seeded, since }: OfWorld): readonly Discrepancy[] {
  const orders = world.pastOrders.filter(
    ({ open, orderedOn, lines }) =>
      !open && orderedOn >= since && Number(lines[0]?.quantity ?? 0) > 2,
  );
  const take = taker(seeded.shuffled(orders));
  const total = (kind: string, code: string, isRepairable: boolean) => (name: string) =>
    ({ scope: "INVOICE_TOTALS", name: `${name}-1`, kind, code, isRepairable }) as const;
  const billing = (kind: string, code: string) => (name: string) =>
    ({ scope: "SHIPPED_NOT_INVOICED", name, kind, code, isRepairable: false }) as const;
  const tell = (
    order: (typeof orders)[number],
    change: Readonly<Record<string, unknown>>,
    ...expected: readonly ((name: string) => Expected)[]
  ): Discrepancy => ({
    tamper: { source: "finance", type: "invoice", reference: `${order.number}-1`, change },
    expected: expected.map((of) => of(order.number)),
  });
  const first = ({ lines }: (typeof orders)[number]) => ({
    quantity: Number(lines[0]?.quantity),
    price: Number(lines[0]?.unitPrice),
  });
  return [
    ...take(COUNTS.billedMore).map((order) =>
      tell(
        order,
        { quantity: String(first(order).quantity + 1) },
        total("WRONG_QUANTITY", "INVOICE_TOTAL_MISMATCH", false),
        billing("WRONG_QUANTITY", "INVOICED_NOT_SHIPPED"),
      ),
    ),
    // Of a bill that is not ours nobody knows how much it had to be: our copy of it is not the same any more.
    ...take(COUNTS.billedLess).map((order) =>
      tell(
        order,
        { quantity: String(first(order).quantity - 1) },
        total("WRONG_TOTAL", "INVOICE_BOOK_STALE", true),
        billing("WRONG_QUANTITY", "SHIPPED_NOT_INVOICED"),
      ),
    ),
    ...take(COUNTS.otherPrice).map((order) =>
      tell(
        order,
        { unitAmount: (first(order).price + seeded.between(1, 500) / 100).toFixed(2) },
        total("WRONG_PRICE", "INVOICE_TOTAL_MISMATCH", false),
      ),
    ),
    ...take(COUNTS.otherTax).map((order) =>
      tell(
        order,
        { totalTax: (seeded.between(1, 900) / 100).toFixed(2) },
        total("WRONG_TOTAL", "INVOICE_TOTAL_MISMATCH", false),
      ),
    ),
    ...take(COUNTS.otherTotal).map((order) =>
      tell(
        order,
        { total: (1_000_000 + seeded.between(1, 900)).toFixed(2) },
        total("WRONG_TOTAL", "INVOICE_TOTAL_MISMATCH", false),
      ),
    ),
    ...take(COUNTS.voided).map((order) =>
      tell(
        order,
        { status: "VOIDED" },
        total("WRONG_STATUS", "INVOICE_BOOK_STALE", true),
        billing("MISSING", "SHIPPED_NOT_INVOICED"),
      ),
    ),
    ...take(COUNTS.billedTwice).map((order) =>
      tell(
        order,
        { copyAs: `${order.number}-9` },
        (name) => ({ ...total("MISSING", "INVOICE_BOOK_STALE", true)(name), name: `${name}-9` }),
        billing("DUPLICATE", "INVOICED_TWICE"),
      ),
    ),
  ];
}

function ofOrders({ world, seeded, since }: OfWorld): readonly Discrepancy[] {
  // Orders of one week have no discrepancy of their bills: the ERP's document is what these are compared with.
  const old = world.pastOrders.filter(({ open, orderedOn }) => !open && orderedOn < since);
  const open = seeded.shuffled(world.pastOrders.filter((order) => order.open));
  const newest = seeded.shuffled(old.slice(-100));
  const takeOpen = taker(open);
  const tell = (
    number: string,
    tamper: Omit<Discrepancy["tamper"], "reference">,
    expected: Omit<Expected, "scope" | "name">,
  ): Discrepancy => ({
    tamper: { ...tamper, reference: number },
    expected: [{ scope: "ORDER_STATUS", name: number, ...expected }],
  });
  return [
    ...newest
      .slice(0, COUNTS.goneInErp)
      .map(({ number }) =>
        tell(
          number,
          { source: "erp", type: "salesOrder", change: { isGone: true } },
          { kind: "MISSING", code: "ORDER_STATUS_MISMATCH", isRepairable: false },
        ),
      ),
    ...takeOpen(COUNTS.postedTooSoon).map(({ number }) =>
      tell(
        number,
        { source: "erp", type: "salesOrder", change: { isShipped: true } },
        { kind: "WRONG_STATUS", code: "ORDER_STATUS_MISMATCH", isRepairable: false },
      ),
    ),
    ...takeOpen(COUNTS.cancelledInWarehouse).map(({ number }) =>
      tell(
        number,
        { source: "wms", type: "shipment", change: { state: "Cancelled" } },
        { kind: "WRONG_STATUS", code: "ORDER_BOOK_STALE", isRepairable: true },
      ),
    ),
  ];
}

/** Hands out the next ones, each once. @throws {Error} when there are not that many */
function taker<Item>(items: readonly Item[]): (count: number) => readonly Item[] {
  let next = 0;
  return (count) => {
    if (next + count > items.length) throw new Error("The world has too few of these.");
    next += count;
    return items.slice(next - count, next);
  };
}
