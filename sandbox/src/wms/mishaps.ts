import type {
  LineRecord,
  Mishap,
  OrderRecord,
  Pick as Picked,
  Short,
  WalkState,
} from "./records.ts";

/** The step at which people find it. */
export function foundAt({ reason }: Mishap): WalkState {
  return reason === "SHORT_PICK" ? "Picked" : "Packed";
}

export type Reduced = {
  readonly lines: readonly LineRecord[];
  /** What was taken off, per line; empty where nothing was. */
  readonly shorts: readonly Short[];
  /** What was taken off of picks that were made already. */
  readonly unpicked: readonly LineRecord[];
};

/**
 * The lines without what cannot be sent, taken from the first line of its sku on; of picks, the last ones.
 * @returns `null` when the order has fewer of a sku than is to be taken off
 */
export function withoutMishap(
  lines: readonly LineRecord[],
  { reason, short }: Mishap,
): Reduced | null {
  const left = new Map<string, number>();
  for (const { sku, quantity } of short) left.set(sku, (left.get(sku) ?? 0) + quantity);
  const shorts: Short[] = [];
  const unpicked: LineRecord[] = [];
  const reduced = lines.map((line) => {
    const quantity = Math.min(line.quantity, left.get(line.sku) ?? 0);
    if (quantity === 0) return line;
    left.set(line.sku, (left.get(line.sku) ?? 0) - quantity);
    shorts.push({ reason, sku: line.sku, inventoryId: line.inventoryId, quantity });
    const { kept, taken } = takeOff(line.picks, quantity);
    unpicked.push({ ...line, quantity, picks: taken });
    return { ...line, quantity: line.quantity - quantity, picks: kept };
  });
  return [...left.values()].some((quantity) => quantity > 0)
    ? null
    : { lines: reduced, shorts, unpicked };
}

/** Parts one order's lines into those that leave first and those that follow; `null` when it has not that much. */
export function splitLines(
  lines: readonly LineRecord[],
  later: Mishap["short"],
): { readonly first: readonly LineRecord[]; readonly later: readonly LineRecord[] } | null {
  // The reason plays no part: only what is taken off is looked at.
  const reduced = withoutMishap(lines, { reason: "SHORT_PICK", short: later });
  if (reduced === null) return null;
  const rest = lines.map((line, at) => ({
    ...line,
    quantity: line.quantity - (reduced.lines[at]?.quantity ?? 0),
  }));
  return { first: reduced.lines, later: rest };
}

/** Whether an order has nothing to send any more. */
export function isNothingLeft({ lines }: Pick<OrderRecord, "lines">): boolean {
  return lines.every(({ quantity }) => quantity === 0);
}

function takeOff(
  picks: readonly Picked[],
  quantity: number,
): { readonly kept: readonly Picked[]; readonly taken: readonly Picked[] } {
  let left = quantity;
  const kept: Picked[] = [];
  const taken: Picked[] = [];
  for (const pick of [...picks].reverse()) {
    const off = Math.min(left, pick.quantity);
    left -= off;
    const rest = pick.quantity - off;
    if (off > 0) taken.push({ ...pick, quantity: off, serials: pick.serials.slice(rest) });
    if (rest > 0) kept.unshift({ ...pick, quantity: rest, serials: pick.serials.slice(0, rest) });
  }
  return { kept, taken };
}
