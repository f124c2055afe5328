import { instantOf } from "@crossdock/domain";
import type { Ingest } from "@crossdock/ingest";
import type { ReadThrough } from "@crossdock/subgraph-kit";

/** How far a feed is in its book, as this process reads it. @param name as the feed names itself, e.g. `finance-invoice` */
export function readThroughOf({ feeds }: Pick<Ingest, "feeds">, name: string): ReadThrough {
  const feed = feeds.find((one) => one.name === name);
  if (feed === undefined) throw new Error(`There is no feed ${name}.`);
  let isHistoryIn = false;
  feed.historyLoaded.then(
    () => {
      isHistoryIn = true;
    },
    // It was stopped before: then nobody asks any more.
    () => undefined,
  );
  return () =>
    isHistoryIn && feed.readThroughMs > 0 ? instantOf(new Date(feed.readThroughMs)) : null;
}
