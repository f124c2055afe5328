import type { Instant, Subject } from "@crossdock/domain";

/** When a read began, in the order of one process's reads and expiries. */
export type Stamp = { readonly process: string; readonly tick: number };

/** What one read told of one key. Survives JSON. */
export type Entry<Document> = {
  /** `null`: the source has none. */
  readonly document: Document | null;
  /** When the read began: what happened at the source since may not be in it. */
  readonly asOf: Instant;
  /** `asOf` in milliseconds since 1970. */
  readonly asOfMs: number;
  readonly stamp: Stamp;
  /** What it tells of: an event of any of them makes it outdated. */
  readonly subjects: readonly Subject[];
  /** How often this process has served it: what nobody looks at is not refreshed. */
  hits: number;
};
