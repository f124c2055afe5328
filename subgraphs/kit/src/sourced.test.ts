import { parseInstant } from "@crossdock/domain";
import { createFixedClock } from "@crossdock/runtime";
import { SourceRateLimitedError, SourceUnavailableError } from "@crossdock/source-contract";
import { liveOrRemembered } from "./sourced.ts";

const clock = createFixedClock("2026-11-21T08:00:00Z");
const signal = new AbortController().signal;
const seenAt = parseInstant("2026-11-20T08:00:00Z");
const recall = async (keys: readonly string[]) =>
  keys.map((key) => (key === "known" ? { document: "old", seenAt } : null));

test("what the source says is live, as of now", async () => {
  const load = liveOrRemembered({ source: "wms", clock, recall, read: async () => ["new", null] });
  expect(await load(["known", "gone"], signal)).toEqual([
    { document: "new", provenance: { source: "wms", asOf: clock.now(), freshness: "LIVE" } },
    null,
  ]);
});

test("a source that is down is answered for from memory, as of when it was seen", async () => {
  for (const down of [
    new SourceUnavailableError("wms", "readShipments", ""),
    new SourceRateLimitedError("wms", "readShipments", 1_000),
  ]) {
    const load = liveOrRemembered({
      source: "wms",
      clock,
      recall,
      read: () => Promise.reject(down),
    });
    expect(await load(["known", "unknown"], signal)).toEqual([
      { document: "old", provenance: { source: "wms", asOf: seenAt, freshness: "STALE" } },
      down,
    ]);
  }
});

test("a bug is not covered up with old data", async () => {
  const read = () => Promise.reject(new TypeError("bug"));
  const load = liveOrRemembered<string, string>({ source: "wms", clock, recall, read });
  await expect(load(["known"], signal)).rejects.toThrow("bug");
});
