import { costsOf, type CpuProfile } from "./profile-summary.ts";

const frame = (functionName: string, url = "file:///a/b/plan.ts", lineNumber = 9) => ({
  functionName,
  url,
  lineNumber,
});

/** The root waits, or runs `answer`, which runs itself once more and then `merge`. */
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)", ""), children: [2, 3] },
    { id: 2, callFrame: frame("(idle)", "") },
    { id: 3, callFrame: frame("answer"), children: [4] },
    { id: 4, callFrame: frame("answer"), children: [5] },
    { id: 5, callFrame: frame("merge") },
  ],
  samples: [2, 3, 4, 5, 5],
  timeDeltas: [1_000, 10, 20, 30, 40],
};

test("costs are shares of the time that is not idle, and a function that calls itself counts once", () => {
  expect(costsOf(PROFILE, "function", 10)).toEqual([
    { name: "merge plan.ts:10", own: 0.7, whole: 0.7 },
    { name: "answer plan.ts:10", own: 0.3, whole: 1 },
  ]);
  expect(costsOf(PROFILE, "function", 1)).toHaveLength(1);
});

test("a module is a package, one of Node's, or a file", () => {
  const nodes = [
    { id: 1, callFrame: frame("answer") },
    { id: 2, callFrame: frame("post", "file:///a/node_modules/undici/lib/pool.js") },
    { id: 3, callFrame: frame("write", "file:///a/node_modules/b/node_modules/@c/d/e.js") },
    { id: 4, callFrame: frame("emit", "node:events") },
    { id: 5, callFrame: frame("writev", "") },
  ];
  const costs = costsOf(
    { nodes, samples: [1, 2, 3, 4, 5], timeDeltas: [5, 4, 3, 2, 1] },
    "module",
    10,
  );
  expect(costs.map(({ name }) => name)).toEqual([
    "a/b/plan.ts",
    "undici",
    "@c/d",
    "node:events",
    "writev",
  ]);
});
