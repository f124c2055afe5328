import { BookSizesDocument } from "../generated/operations.ts";
import { world } from "./contract-prices.ts";
import type { GraphqlClient } from "./graphql-client.ts";
import { readMetric } from "./metrics.ts";

const LOOK_AGAIN_MS = 500;
const HISTORY_MS = 75_000;
const LOADED = "crossdock_feed_history_loaded";
/** Those whose books no list of the API shows whole. */
const FEEDS = ["wms-stock", "erp-product", "erp-customer", "erp-price"];

/**
 * At a first start the books are filled from the sources' history, page by page, which takes all that
 * an embedded ledger has. Who looks at times or at calls waits for the end of it.
 * @param operatorToken sees every account
 * @throws {Error} they are not full after 75 seconds
 */
export async function untilBooksAreFull(
  client: GraphqlClient & { readonly url: string },
  operatorToken: string,
): Promise<void> {
  const orders = world.pastOrders.length;
  const invoices = world.pastOrders.filter(isBilled).length;
  const full = { orders, shipments: orders, invoices, loaded: FEEDS };
  const until = Date.now() + HISTORY_MS;
  for (;;) {
    const books = await client.ask(BookSizesDocument, {}, operatorToken);
    const sizes = {
      orders: books.orders.totalCount,
      shipments: books.shipments.totalCount,
      invoices: books.invoices.totalCount,
      loaded: await loadedFeeds(client.url),
    };
    if (JSON.stringify(sizes) === JSON.stringify(full)) return;
    if (Date.now() > until) throw new Error(`The books are not full: ${JSON.stringify(sizes)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function loadedFeeds(url: string): Promise<readonly string[]> {
  const loaded = await Promise.all(
    FEEDS.map(async (feed) => ((await readMetric(url, LOADED, { feed })) === 1 ? [feed] : [])),
  );
  return loaded.flat();
}

const isBilled = ({ open }: (typeof world.pastOrders)[number]) => !open;
