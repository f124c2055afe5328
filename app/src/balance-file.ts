import { compareDecimals, parseDecimal, subtractDecimals, type Decimal } from "@crossdock/domain";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { askStack, type StackAddress } from "./ask-stack.ts";

/** One line of a balance file: what some system says lies there, in base units. */
export type Balance = {
  readonly sku: string;
  readonly warehouse: string;
  readonly quantity: Decimal;
};

/** A balance that is not what the warehouse has now. `warehouseHas` is null where it has no such product or building. */
export type BalanceDifference = {
  readonly sku: string;
  readonly warehouse: string;
  readonly fileSays: string;
  readonly warehouseHas: string | null;
  /** What the warehouse has more. */
  readonly difference: string;
};

const MAX_LINES = 1_000_000;
/** As many as the API takes at once. */
const SKUS_AT_ONCE = 200;
const COLUMNS = ["sku", "warehouse", "quantity"] as const;

const row = z.object({
  sku: z.string().min(1),
  warehouse: z.string().min(1),
  quantity: z.string().min(1),
});

/**
 * Reads `sku,warehouse,quantity` with a head line, the columns in any order and others beside them.
 * @throws {Error} naming the line that cannot be read, one that comes twice, or a column that is missing
 */
export function readBalances(text: string): readonly Balance[] {
  const rows = parse(text, {
    columns: (head: string[]) => head.map((name) => name.trim().toLowerCase()),
    bom: true,
    trim: true,
    skip_empty_lines: true,
  }) as readonly unknown[];
  if (rows.length > MAX_LINES) throw new Error(`It has more than ${String(MAX_LINES)} lines.`);
  const seen = new Set<string>();
  return rows.map((raw, at) => {
    const line = `Line ${String(at + 2)}`;
    const read = row.safeParse(raw);
    if (!read.success) throw new Error(`${line} does not have all of ${COLUMNS.join(", ")}.`);
    const { sku, warehouse } = read.data;
    const key = `${sku}@${warehouse}`;
    if (seen.has(key)) throw new Error(`${line} has ${sku} in ${warehouse} a second time.`);
    seen.add(key);
    try {
      return { sku, warehouse, quantity: parseDecimal(read.data.quantity) };
    } catch {
      throw new Error(`${line} has no number as quantity: ${read.data.quantity}`);
    }
  });
}

const positions = z.object({
  availability: z.array(
    z.object({
      product: z.object({ sku: z.string() }),
      warehouse: z.object({ code: z.string() }),
      onHand: z.object({ value: z.string() }),
    }),
  ),
});
const QUERY = `query ($skus: [String!]!) {
  availability(skus: $skus) { product { sku } warehouse { code } onHand { value } } }`;

/**
 * What of a balance file is not so in the warehouses now; what has moved since the file was written is a difference too.
 * @param advance is called after each bunch of products
 */
export async function compareBalances(
  address: StackAddress,
  balances: readonly Balance[],
  advance: () => void = () => undefined,
): Promise<readonly BalanceDifference[]> {
  const differences: BalanceDifference[] = [];
  for (const some of bunchesOf(balances)) {
    const skus = [...new Set(some.map(({ sku }) => sku))];
    const { availability } = await askStack(
      address,
      { query: QUERY, variables: { skus } },
      positions,
    );
    const onHand = new Map(
      availability.map((each) => [`${each.product.sku}@${each.warehouse.code}`, each.onHand.value]),
    );
    for (const { sku, warehouse, quantity } of some) {
      const has = onHand.get(`${sku}@${warehouse}`) ?? null;
      const there = parseDecimal(has ?? "0");
      if (has !== null && compareDecimals(there, quantity) === 0) continue;
      differences.push({
        sku,
        warehouse,
        fileSays: quantity,
        warehouseHas: has,
        difference: subtractDecimals(there, quantity),
      });
    }
    advance();
  }
  return differences;
}

/** How many bunches `compareBalances` asks for. */
export function countBunches(balances: readonly Balance[]): number {
  return [...bunchesOf(balances)].length;
}

/** All lines of some products at a time. */
function* bunchesOf(balances: readonly Balance[]): Iterable<readonly Balance[]> {
  const bySku = new Map<string, Balance[]>();
  for (const balance of balances) {
    const lines = bySku.get(balance.sku);
    if (lines === undefined) bySku.set(balance.sku, [balance]);
    else lines.push(balance);
  }
  const all = [...bySku.values()];
  for (let at = 0; at < all.length; at += SKUS_AT_ONCE) {
    yield all.slice(at, at + SKUS_AT_ONCE).flat();
  }
}
