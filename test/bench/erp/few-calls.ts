import { print } from "graphql";
import {
  OrderPageDocument,
  ProductPageDocument,
  StockOfSkuDocument,
} from "../../generated/operations.ts";
import { world } from "../../src/contract-prices.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../../src/config-file.ts";
import { tally, type Tally } from "../outage/tally.ts";
import { openPortal } from "./portal.ts";
import { countCalls, type SourceCounts } from "./source-counts.ts";

/** What each of a few questions asked of the sources, where nothing else asks them anything. */
export type FewCalls = {
  readonly cold: readonly {
    readonly question: string;
    readonly times: number;
    readonly tally: Tally;
    readonly counts: SourceCounts;
  }[];
  /** The same query for one order and for many, by how many; and how many of its fields came back as errors. */
  readonly deep: readonly {
    readonly orders: number;
    readonly counts: SourceCounts;
    readonly errors: number;
  }[];
};

const ORDERS = [1, 50] as const;
const COLD_ITEM = world.items.at(-1)?.sku ?? "";
const [FIRST_ACCOUNT = "", ...OTHER_ACCOUNTS] = world.customers.map(({ number }) => number);

const AS_NOW_SECONDS = 1;
const COLD = [
  {
    question: "page of one item that nobody has read",
    document: ProductPageDocument,
    maxAgeSeconds: undefined,
  },
  {
    question: "stock of one item as it is now",
    document: StockOfSkuDocument,
    maxAgeSeconds: AS_NOW_SECONDS,
  },
] as const;

/**
 * One item that nobody has read since the start, read by all accounts at once; then one order and
 * fifty with their lines, shipments and invoices, of accounts whose orders nobody has read before.
 */
export async function measureFewCalls(
  times: number,
  variables: Readonly<Record<string, string>>,
): Promise<FewCalls> {
  await using users = await openPortal({
    speed: STANDING_STILL,
    sweepSeconds: NO_SWEEPS_SECONDS,
    variables,
  });
  const { stack } = users;
  const operator = await stack.token("operator");
  const ordersOf = (customerId: string, first: number) =>
    stack.query(
      OrderPageDocument,
      { filter: { customerId }, first, sort: "PLACED_AT_ASC" },
      operator,
    );
  // Whoever asks first signs in at the sources and reads what never changes.
  const portal = await stack.token("portal", FIRST_ACCOUNT);
  await stack.ask(ProductPageDocument, { sku: world.items[0]?.sku ?? "" }, portal);
  await ordersOf(FIRST_ACCOUNT, 1);

  const cold = [];
  for (const { question, document, maxAgeSeconds } of COLD) {
    const body = JSON.stringify({ query: print(document), variables: { sku: COLD_ITEM } });
    const counted = await countCalls(stack);
    const { looks } = await users.lookAtOnce(body, times, maxAgeSeconds);
    cold.push({ question, times, tally: tally(looks), counts: await counted() });
  }

  const deep = [];
  for (const [at, orders] of ORDERS.entries()) {
    const counted = await countCalls(stack);
    const { errors } = await ordersOf(OTHER_ACCOUNTS[at] ?? "", orders);
    deep.push({ orders, counts: await counted(), errors: errors.length });
  }
  return { cold, deep };
}
