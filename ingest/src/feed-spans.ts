import { openSpan, type OpenSpan } from "@crossdock/runtime";

/**
 * Shows in the trace of an order when a source told of it: a span from the notification on, where one came, and one from
 * the read to the books. A read is of many orders at once, so the spans are made when it is known of which.
 */
export interface FeedSpans {
  /** A notification named a record. */
  notified(sourceId: string, atMs: number): void;
  begin(): SpansOfRead;
}

/** Of records that are read and recorded together. */
export interface SpansOfRead {
  /**
   * @param sourceId `null` where the feed has no names for its records
   * @param traceparent where the order's trace began; `null` when it is in none
   * @returns from where goes on what the record means
   */
  of(sourceId: string | null, traceparent: string | null): string | null;
  /** @param sourceIds of all that were read @param failure left out when all of it is in the books */
  end(sourceIds: readonly string[], failure?: string): void;
}

/** Of what else is notified before it is read, the span of the notification is left out. */
const MAX_NOTIFIED = 10_000;

export function createFeedSpans(options: {
  readonly feed: string;
  readonly source: string;
  readonly nowMs: () => number;
}): FeedSpans {
  const { feed, source, nowMs } = options;
  const notifiedAtMs = new Map<string, number>();

  return {
    notified(sourceId, atMs) {
      const isFirst = !notifiedAtMs.has(sourceId);
      if (isFirst && notifiedAtMs.size < MAX_NOTIFIED) notifiedAtMs.set(sourceId, atMs);
    },

    begin() {
      const startedAtMs = nowMs();
      const open: OpenSpan[] = [];
      return {
        of(sourceId, traceparent) {
          if (traceparent === null) return null;
          const toldAtMs = sourceId === null ? undefined : notifiedAtMs.get(sourceId);
          const attributes = { "source.name": source, "feed.name": feed };
          let parent: string | null = traceparent;
          if (toldAtMs !== undefined) {
            const webhook = openSpan(parent, () => ({
              name: `webhook ${source}`,
              kind: "server",
              attributes,
              startedAtMs: toldAtMs,
            }));
            open.push(webhook);
            parent = webhook.traceparent;
          }
          const toldBy = toldAtMs === undefined ? "sweep" : "webhook";
          const record = openSpan(parent, () => ({
            name: `feed ${feed}`,
            kind: "consumer",
            attributes: { ...attributes, "feed.told_by": toldBy },
            startedAtMs,
          }));
          open.push(record);
          return record.traceparent;
        },
        end(sourceIds, failure) {
          for (const span of open.reverse()) span.end(failure);
          if (failure === undefined) for (const id of sourceIds) notifiedAtMs.delete(id);
        },
      };
    },
  };
}
