import { GraphQLError } from "graphql";
import type { ExecutionResult } from "graphql";
import type { FaultPlan } from "./fault-plan.ts";
import type { PlannedBreakage } from "./invented-values.ts";
import type { Draws } from "./seeded-draws.ts";
import { drawsOf } from "./seeded-draws.ts";

type Data = Record<string, unknown>;

/**
 * What no resolver can do, done to a sound answer: null where none may be, values of another kind, fields that are left
 * out. A place that a null has taken meanwhile stays as it is.
 * @returns how many places were broken
 */
export function breakPlaces(data: unknown, breakages: readonly PlannedBreakage[]): number {
  return breakages.filter((breakage) => breakPlace(data, breakage)).length;
}

function breakPlace(data: unknown, { path, place, kind }: PlannedBreakage): boolean {
  const last = path.at(-1);
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((value, key) => (isHolder(value) ? value[key] : undefined), data);
  if (last === undefined || !isHolder(holder) || holder[last] === undefined) return false;
  switch (kind) {
    case "forbiddenNull":
      holder[last] = null;
      break;
    case "leftOut":
      Reflect.deleteProperty(holder, last);
      break;
    case "wrongKind":
      holder[last] = anotherKind(holder[last], drawsOf(`kind ${place}`));
  }
  return true;
}

function isHolder(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

function anotherKind(value: unknown, draws: Draws): unknown {
  if (Array.isArray(value)) {
    return draws.oneOf<unknown>(["a text", 7, null, [null, ...(value as unknown[])], { at: 0 }]);
  }
  if (isHolder(value)) {
    return draws.oneOf<unknown>([
      "a text",
      true,
      [],
      [value],
      {},
      { ...value, __typename: "NobodyKnowsIt" },
      { ...value, __typename: 5 },
      { ...value, __typename: "String" },
    ]);
  }
  return draws.oneOf<unknown>([{}, [], "a text", 1e300, -0.5, true, { __typename: "Query" }]);
}

/**
 * The answer of a fetch that failed as a whole; `null` when it did not.
 * @param places where an error of the subgraph stands in its answer
 */
export function failedAnswer(
  faults: FaultPlan,
  draws: Draws,
  places: readonly ErrorPath[],
): "throw" | ExecutionResult | null {
  if (!draws.chance(faults.failedFetches)) return null;
  return draws.oneOf<"throw" | ExecutionResult>([
    "throw",
    {},
    { data: null },
    { errors: [new GraphQLError("Nobody is here.", { extensions: { code: "NOT_FOUND" } })] },
    { data: null, errors: places.map((path) => new GraphQLError("Everything is lost.", { path })) },
    { errors: [] },
    { data: {} },
  ]);
}

export type ErrorPath = readonly (string | number)[];

/**
 * Where a subgraph's error stands: at one of the entities that were asked for, and wherever else the same one was asked
 * for. Which one it is does not depend on how often each was.
 */
export function errorPlaces(representations: unknown, draws: Draws): readonly ErrorPath[] {
  if (!Array.isArray(representations) || representations.length === 0) return [["somewhere"]];
  const texts = representations.map((one) => JSON.stringify(one));
  const meant = draws.oneOf([...new Set(texts)]);
  return texts.flatMap((text, index) => (text === meant ? [["_entities", index]] : []));
}

/** A sound answer with what does not belong to it. */
export function oddAnswer(
  result: ExecutionResult,
  faults: FaultPlan,
  draws: Draws,
  places: readonly ErrorPath[],
): ExecutionResult {
  if (!draws.chance(faults.oddAnswers)) return result;
  const data = result.data as Data | null | undefined;
  const entities = data?.["_entities"];
  const withErrors = (paths: readonly (ErrorPath | null)[]) => ({
    ...result,
    errors: [
      ...(result.errors ?? []),
      ...paths.map(
        (path) =>
          new GraphQLError("Something else.", { path, extensions: { code: "SOURCE_UNAVAILABLE" } }),
      ),
    ],
  });
  const odd: (() => ExecutionResult)[] = [
    () => withErrors([null]),
    () => withErrors([[]]),
    () => withErrors([["nowhere", "at"]]),
    () => withErrors([["_entities"]]),
    () => withErrors([["_entities", MORE_THAN_THERE_ARE, "name"]]),
    () => withErrors(places),
    () => withErrors(places.map((path) => [...path, "some", 2, "field"])),
    ...(Array.isArray(entities)
      ? [
          () => ({ ...result, data: { ...data, _entities: entities.slice(1) } }),
          () => ({ ...result, data: { ...data, _entities: [...(entities as unknown[]), null] } }),
          () => ({ ...result, data: { ...data, _entities: { length: 1 } } }),
          () => ({ ...result, data: { ...data, _entities: null } }),
        ]
      : []),
  ];
  return draws.oneOf(odd)();
}

const MORE_THAN_THERE_ARE = 9_999;
