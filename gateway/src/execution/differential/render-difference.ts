import { prettyFormatQueryPlan } from "@apollo/query-planner";
import { print } from "graphql";
import { comparable } from "./compare-answers.ts";
import type { CaseRun } from "./compared-graph.ts";
import type { Difference, DifferentialCounts } from "./run-differential.ts";

/** All that is needed to see a difference and to mend it, as text. */
export function renderDifference({ graph, case: of, kinds, expected, actual }: Difference): string {
  const { seed, viewer, faults, operation, variables } = of;
  const plan = graph.planOf(of);
  return [
    `## ${graph.name}, case ${seed}: ${kinds.join(", ")}`,
    `viewer: ${viewer === null ? "nobody" : `${viewer.role} with ${viewer.scopes.join(" ")}`}; faults: ${faults}`,
    print(operation.document),
    `operationName: ${String(operation.operationName)}; variables: ${JSON.stringify(variables)}`,
    plan === undefined ? "(no plan)" : prettyFormatQueryPlan(plan),
    "### stock",
    renderRun(expected),
    "### compiled",
    renderRun(actual),
  ].join("\n");
}

function renderRun({ outcome, fetches }: CaseRun): string {
  const { data, errors, extensions } = comparable(outcome);
  return [
    ...fetches.map(
      ({ subgraph, query, variables, answer }) =>
        `${subgraph} ${query} ${JSON.stringify(variables)}\n  -> ${JSON.stringify(answer)}`,
    ),
    `data: ${data}`,
    ...errors.map((error) => `error: ${error}`),
    `extensions: ${extensions}`,
  ].join("\n");
}

/** One line a count. */
export function renderCounts({ leftToStock, ...counts }: DifferentialCounts): string {
  const reasons = Object.entries(leftToStock).map(
    ([reason, value]) => [`left to stock: ${reason}`, value] as const,
  );
  return [...Object.entries(counts), ...reasons]
    .map(([name, value]) => `${String(value).padStart(9)} ${name}`)
    .join("\n");
}
