import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ExecutorKind } from "../execute-operation.ts";
import { openAllGraphs } from "./all-graphs.ts";
import { compareMany } from "./compare-many.ts";
import { reduceDifference } from "./reduce-difference.ts";
import { renderCounts, renderDifference } from "./render-difference.ts";

/**
 * `npm run test:differential -- --operations 5000 --seed N`: generated operations over subgraphs whose data is made up,
 * answered by the compiled and by the stock executor. Prints every difference with the plainest operation that still
 * has it, and ends with 1 when there is one.
 *
 * - `--seed N`: the same operations again; drawn when left out.
 * - `--only K`: the K-th operation alone.
 * - `--graph NAME`: one graph alone: `product`, or one of the trial graphs.
 * - `--executor stock`: the control, which compares the stock executor with itself.
 */
const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "5000" },
    seed: { type: "string" },
    only: { type: "string" },
    graph: { type: "string" },
    executor: { type: "string", default: "compiled" },
  },
});
const MAX_SEED = 1_000_000;
/** Of more differences one is as good as the other. */
const MAX_RENDERED = 25;
const SUPERGRAPH = fileURLToPath(new URL("../../../../supergraph.graphql", import.meta.url));

const seed = values.seed ?? String(Math.floor(Math.random() * MAX_SEED));
const executor = readKind(values.executor);
let differences = 0;
const counts = await compareMany({
  graphs: await openAllGraphs(SUPERGRAPH, values.graph),
  seed,
  numbers:
    values.only === undefined
      ? Array.from({ length: readCount("operations", values.operations) }, (_none, at) => at)
      : [readCount("only", values.only)],
  executor,
  onDifference: async (difference) => {
    differences += 1;
    if (differences > MAX_RENDERED) return;
    const reduced = await reduceDifference(difference, executor);
    process.stdout.write(`${renderDifference(reduced)}\n\n`);
  },
});
process.stdout.write(
  `seed ${seed}, ${executor} beside stock\n${renderCounts(counts)}\n${String(differences).padStart(9)} differences\n`,
);
process.exit(differences === 0 ? 0 : 1);

function readKind(raw: string): ExecutorKind {
  if (raw === "stock" || raw === "compiled") return raw;
  throw new Error(`--executor is stock or compiled, not ${raw}.`);
}

function readCount(name: string, raw: string): number {
  const value = Number(raw);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name} is not a whole number: ${raw}`);
}
