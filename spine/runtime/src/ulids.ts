import { randomFillSync } from "node:crypto";
import { monotonicFactory } from "ulid";
import type { Clock } from "./clock.ts";

/** How many random bytes are fetched at once: a call per byte costs more than all else of an identifier. */
const POOL_BYTES = 4_096;

/** @returns a maker of ULIDs; those of one maker rise, also within a millisecond */
export function createUlids(clock: Pick<Clock, "nowMs">): () => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let at = POOL_BYTES;
  const random = (): number => {
    if (at === POOL_BYTES) {
      randomFillSync(pool);
      at = 0;
    }
    const byte = pool.readUInt8(at);
    at += 1;
    return byte / 256;
  };
  const next = monotonicFactory(random);
  return () => next(clock.nowMs());
}
