import type { ExecutorKind } from "../execute-operation.ts";
import type { ComparedGraph } from "./compared-graph.ts";
import { compareCase, noCounts } from "./run-differential.ts";
import type { ChangeAnswer, Difference, DifferentialCounts } from "./run-differential.ts";

export type ManyCases = {
  readonly graphs: readonly ComparedGraph[];
  readonly seed: string;
  /** Which of the seed's operations: each is the same whatever others there are. */
  readonly numbers: readonly number[];
  readonly executor: ExecutorKind;
  readonly change?: ChangeAnswer;
  /** Called with each difference as it is found. */
  readonly onDifference: (difference: Difference) => Promise<void> | void;
};

/**
 * Compares operation after operation, dealt to the graphs in turn. The requests for one operation are under way at the same
 * time.
 */
export async function compareMany({
  graphs,
  seed,
  numbers,
  executor,
  change,
  onDifference,
}: ManyCases): Promise<DifferentialCounts> {
  const counts = noCounts();
  for (const number of numbers) {
    const graph = graphs[number % graphs.length];
    if (graph === undefined) throw new Error("There is no graph.");
    const before = graph.leftToStock.length;
    const cases = graph.casesOf(`${seed}/${String(number)}`);
    const found = await Promise.all(
      cases.map((each) => compareCase(graph, each, executor, counts, change)),
    );
    for (const reason of graph.leftToStock.slice(before)) {
      counts.leftToStock[reason] = (counts.leftToStock[reason] ?? 0) + 1;
    }
    for (const difference of found) {
      if (difference !== null) await onDifference(difference);
    }
  }
  return counts;
}
