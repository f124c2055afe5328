import { BookSizesDocument } from "../generated/operations.ts";
import { world } from "./contract-prices.ts";
import type { GraphqlClient } from "./graphql-client.ts";
import { readMetric } from "./metrics.ts";
import { until } from "./until.ts";

const LOOK_AGAIN_MS = 500;
const HISTORY_MS = 110_000;
/** Of which each has read what its source held before. */
const ALL_FEEDS = 9;
const LOADED = "crossdock_feed_history_loaded";
/** Those whose books no list of the API shows whole. */
const FEEDS = ["wms-stock", "erp-product", "erp-customer", "erp-price"];

/**
 * At a first start the books are filled from the sources' history, page by page, which takes all that
 * an embedded ledger has. Who looks at times or at calls waits for the end of it.
 * @param operatorToken sees every account
 * @throws {Error} they are not full after 110 seconds
 */
export async function untilBooksAreFull(
  client: GraphqlClient & { readonly url: string },
  operatorToken: string,
): Promise<void> {
  const orders = world.pastOrders.length;
  const invoices = world.pastOrders.filter(isBilled).length;
  const full = { orders, shipments: orders, invoices, loaded: FEEDS };
  const untilMs = Date.now() + HISTORY_MS;
  for (;;) {
    const books = await client.ask(BookSizesDocument, {}, operatorToken);
    const sizes = {
      orders: books.orders.totalCount,
      shipments: books.shipments.totalCount,
      invoices: books.invoices.totalCount,
      loaded: await loadedFeeds(client.url),
    };
    if (JSON.stringify(sizes) === JSON.stringify(full)) return;
    if (Date.now() > untilMs) throw new Error(`The books are not full: ${JSON.stringify(sizes)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/**
 * The same for who has changed how much there is (`pastOrders`), or orders while it is read.
 * @throws {Error} it is not read after 110 seconds
 */
export async function untilHistoryIsRead({ url }: { readonly url: string }): Promise<void> {
  const loaded = () => readMetric(url, LOADED);
  await until(loaded, (feeds) => feeds === ALL_FEEDS, HISTORY_MS);
}

async function loadedFeeds(url: string): Promise<readonly string[]> {
  const loaded = await Promise.all(
    FEEDS.map(async (feed) => ((await readMetric(url, LOADED, { feed })) === 1 ? [feed] : [])),
  );
  return loaded.flat();
}

const isBilled = ({ open }: (typeof world.pastOrders)[number]) => !open;
