import { judgeClose, type ClosingFacts } from "./close-check.ts";

const UNTIL = "2026-06-01T00:00:00.000Z";
const AFTER = "2026-06-01T02:30:00.000Z";
const clean: ClosingFacts = {
  exceptions: { totalCount: 0 },
  posting: { totalCount: 0 },
  unbilled: { totalCount: 0 },
  billing: [{ finishedAt: AFTER, mismatches: 2, repaired: 2 }],
  totals: [{ finishedAt: AFTER, mismatches: 0, repaired: 0 }],
};

const inTheWay = (changes: Partial<ClosingFacts>) =>
  judgeClose({ ...clean, ...changes }, UNTIL)
    .filter(({ isMet }) => !isMet)
    .map(({ detail }) => detail);

test("a month is closed when nothing waits and all was compared after it ended", () => {
  expect(inTheWay({})).toEqual([]);
});

test.each([
  [{ exceptions: { totalCount: 3 } }, "3 open"],
  [{ posting: { totalCount: 1 } }, "1 not posted"],
  [{ unbilled: { totalCount: null } }, "more than can be counted waiting"],
  [{ billing: [{ finishedAt: AFTER, mismatches: 5, repaired: 1 }] }, "4 are not the same"],
  [
    { totals: [{ finishedAt: "2026-05-31T02:30:00.000Z", mismatches: 0, repaired: 0 }] },
    "compared at 2026-05-31T02:30:00.000Z, before the period ended",
  ],
  [{ totals: [] }, "never compared"],
])("%j is in the way", (changes, detail) => {
  expect(inTheWay(changes)).toEqual([detail]);
});
