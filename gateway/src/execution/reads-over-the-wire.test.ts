import { instantOf } from "@crossdock/domain";
import { createReadTally } from "@crossdock/runtime";
import { addReads, withReads } from "./reads-over-the-wire.ts";

const data = { order: null };

test("what one process took arrives whole in another", () => {
  const [there, here] = [createReadTally(), createReadTally()];
  there.noteCall();
  there.noteCached();
  there.noteStale("erp", instantOf(new Date(1_000)));
  there.noteMissing("carrier");
  const sent: unknown = JSON.parse(JSON.stringify(withReads({ data }, there)));
  addReads(here, sent as { readonly data: typeof data });
  expect(here).toEqual(there);
});

test("a result that took nothing says nothing", () => {
  expect(withReads({ data }, createReadTally())).toEqual({ data });
});

test("a result of which something is left out says so, though nothing was read for it", () => {
  const [there, here] = [createReadTally(), createReadTally()];
  there.noteMissing("tax");
  addReads(here, withReads({ data }, there));
  expect([...here.missing]).toEqual(["tax"]);
});

test("what cannot be read counts as nothing, and spoils no answer", () => {
  const good = { sourceCalls: 1, cached: 1, stale: 1, staleSince: {} };
  const many = Object.fromEntries(
    Array.from({ length: 33 }, (_, n) => [`source-${String(n)}`, "2026-11-21T08:00:00Z"]),
  );
  for (const reads of [
    7,
    {},
    { ...good, sourceCalls: -1 },
    { ...good, cached: 1e12 },
    { ...good, staleSince: { erp: "yesterday" } },
    { ...good, staleSince: many },
    { ...good, missing: Object.keys(many) },
  ]) {
    const tally = createReadTally();
    addReads(tally, { data, extensions: { reads } });
    expect([reads, tally]).toEqual([reads, createReadTally()]);
  }
});
