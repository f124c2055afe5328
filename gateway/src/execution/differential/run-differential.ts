import { ForbiddenError, UnauthenticatedError } from "@crossdock/domain";
import type { GraphQLError } from "graphql";
import { comparable, differencesOf } from "./compare-answers.ts";
import type { ComparableAnswer, DifferenceKind } from "./compare-answers.ts";
import type { CaseRun, ComparedGraph, DifferentialCase } from "./compared-graph.ts";
import type { UnsupportedReason } from "../compiled/unsupported.ts";
import type { ExecutorKind } from "../execute-operation.ts";
import type { SeenFetch } from "./invented-subgraphs.ts";

/** A case that the two executors answer differently. */
export type Difference = {
  readonly graph: ComparedGraph;
  readonly case: DifferentialCase;
  readonly kinds: readonly DifferenceKind[];
  readonly expected: CaseRun;
  readonly actual: CaseRun;
};

/** What was compared, so that a run without differences says of how much. */
export type DifferentialCounts = {
  answers: number;
  mutations: number;
  events: number;
  fetches: number;
  faults: number;
  errors: number;
  refusals: number;
  nulls: number;
  completions: number;
  variablesRefused: number;
  /** Neither had a plan: Apollo's planner fails for the operation. */
  notPlanned: number;
  /** Answers that the stock executor made for the compiled one, by the reason. */
  leftToStock: Partial<Record<UnsupportedReason, number>>;
};

export const noCounts = (): DifferentialCounts => ({
  answers: 0,
  mutations: 0,
  events: 0,
  fetches: 0,
  faults: 0,
  errors: 0,
  refusals: 0,
  nulls: 0,
  completions: 0,
  variablesRefused: 0,
  notPlanned: 0,
  leftToStock: {},
});

/** How an answer is changed before it is compared: for the controls, which have to be noticed. */
export type ChangeAnswer = (answer: ComparableAnswer) => ComparableAnswer;

/**
 * Runs one case on the stock executor and on another one.
 * @param counts are added to
 * @returns null when both answered the same
 */
export async function compareCase(
  graph: ComparedGraph,
  of: DifferentialCase,
  kind: ExecutorKind,
  counts: DifferentialCounts,
  change: ChangeAnswer = (answer) => answer,
): Promise<Difference | null> {
  const expected = await graph.run("stock", of);
  const actual = await graph.run(kind, of);
  count(counts, of, expected);
  const kinds = [
    ...differencesOf(comparable(expected.outcome), change(comparable(actual.outcome))).filter(
      (difference) => difference !== "order of errors" || !isRepeating(expected),
    ),
    ...(fetchesOf(expected) === fetchesOf(actual) ? [] : (["fetches"] as const)),
  ];
  return kinds.length === 0 ? null : { graph, case: of, kinds, expected, actual };
}

/**
 * Whether an entity was asked for several times over in one fetch. Then the stock executor's errors stand in the order in
 * which the subgraph came to raise each of them several times: there is no such order where it is asked once.
 */
function isRepeating({ fetches }: CaseRun): boolean {
  return fetches.some(({ variables: { representations } }) => {
    const texts = Array.isArray(representations)
      ? representations.map((one) => JSON.stringify(one))
      : [];
    return new Set(texts).size < texts.length;
  });
}

/**
 * What was sent to which subgraph: what changes something in its order, all else in any, because fetches that do not depend on
 * each other have none. An entity that is asked for several times over may be sent once.
 */
function fetchesOf({ outcome, fetches }: CaseRun): string {
  if ("thrown" in outcome) return "thrown"; // what else was under way by then is a matter of moments
  const changing = fetches.filter(({ query }) => query.startsWith("mutation"));
  return [...changing.map(fetchText), ...fetches.map(fetchText).sort()].join("\n");
}

function fetchText({ subgraph, query, variables }: SeenFetch): string {
  const { representations, ...others } = variables;
  const entities = Array.isArray(representations)
    ? [...new Set(representations.map((one) => JSON.stringify(one)))]
    : [];
  const given = Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([subgraph, query, given, entities]);
}

function count(
  counts: DifferentialCounts,
  { operation }: DifferentialCase,
  { outcome, fetches }: CaseRun,
): void {
  counts.answers += 1;
  if (/^mutation/.test(operation.text)) counts.mutations += 1;
  if (/^subscription/.test(operation.text)) counts.events += 1;
  counts.fetches += fetches.length;
  counts.faults += fetches.reduce((sum, { faults }) => sum + faults, 0);
  if ("thrown" in outcome) {
    counts.notPlanned += 1;
    return;
  }
  const { data, errors = [], extensions } = outcome;
  counts.errors += errors.length;
  counts.refusals += errors.filter(isRefusal).length;
  counts.completions += [extensions?.["valueCompletion"] ?? []].flat().length;
  if (data === undefined && fetches.length === 0) counts.variablesRefused += 1;
  counts.nulls += (JSON.stringify(data ?? null).match(/null/g) ?? []).length;
}

function isRefusal({ originalError }: GraphQLError): boolean {
  return originalError instanceof ForbiddenError || originalError instanceof UnauthenticatedError;
}
