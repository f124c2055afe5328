import type { Difference } from "@crossdock/domain";
import { confirm } from "./confirm.ts";
import { stockDifference } from "./testing/open-books.ts";

const { signal } = new AbortController();
const SKU = "NG-10001";
const KEY = `${SKU}@EAST`;

/** What each look in turn says; the last one again and again. */
async function confirmOver(...looks: readonly (readonly Difference[])[]) {
  let look = 0;
  const settled: number[] = [];
  let nowMs = 0;
  const confirmed = await confirm(
    {
      look: () => {
        const said = looks[Math.min(look, looks.length - 1)] ?? [];
        look += 1;
        return Promise.resolve(said);
      },
    },
    [KEY],
    (sinceMs) => {
      settled.push(sinceMs);
      return Promise.resolve();
    },
    () => (nowMs += 1_000),
    signal,
  );
  return { ...confirmed, looks: look, settled };
}

const nine = stockDifference(SKU);
const eight = stockDifference(SKU, { right: "8 EA" });

test("what two looks in a row say the same of is a mismatch, and the books catch up with the first in between", async () => {
  expect(await confirmOver([nine], [nine])).toMatchObject({
    found: [nine],
    unsettled: 0,
    looks: 2,
    settled: [1_000],
  });
});

test("what is gone at the second look was none", async () => {
  expect(await confirmOver([nine], [])).toMatchObject({ found: [], unsettled: 0, looks: 2 });
});

test("what moves is looked at until it keeps still", async () => {
  expect(await confirmOver([nine], [eight], [eight])).toMatchObject({ found: [eight], looks: 3 });
});

test("what never keeps still is not judged", async () => {
  const moving = Array.from({ length: 9 }, (_, at) => [
    stockDifference(SKU, { right: `${String(at)} EA` }),
  ]);
  expect(await confirmOver(...moving)).toMatchObject({ found: [], unsettled: 1, looks: 5 });
});
