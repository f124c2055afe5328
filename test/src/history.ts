import { readMetric } from "./metrics.ts";
import { until } from "./until.ts";

const HISTORY_MS = 110_000;
/** Of which each has read what its source held before. */
const ALL_FEEDS = 9;
const LOADED = "crossdock_feed_history_loaded";

/**
 * At a first start the books are filled from the sources' history, page by page, which takes all that
 * an embedded ledger has. Who looks at times, at calls or at what was before waits for the end of it.
 * @throws {Error} it is not read after 110 seconds
 */
export async function untilHistoryIsRead({ url }: { readonly url: string }): Promise<void> {
  const loaded = () => readMetric(url, LOADED);
  await until(loaded, (feeds) => feeds === ALL_FEEDS, HISTORY_MS);
}
