import { setImmediate } from "node:timers/promises";
import { execute, GraphQLError, parse } from "graphql";
import type { ExecutionResult } from "graphql";
import { SubgraphUnavailableError } from "../../errors/gateway-errors.ts";
import type { SubgraphRequest, SubgraphTransport } from "../transport.ts";
import { breakPlaces, errorPlaces, failedAnswer, oddAnswer } from "./broken-answers.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { InventedGraph, InventedGraphs } from "./invented-graph.ts";
import { resolveInvented, typeOfInvented } from "./invented-values.ts";
import type { Invention } from "./invented-values.ts";
import { drawsOf, hashOf } from "./seeded-draws.ts";

/** One fetch, as its subgraph saw it. */
export type SeenFetch = {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** As it was answered; `null`: there was no answer. The executor writes into what it gets, so this is a copy. */
  readonly answer: ExecutionResult | null;
  /** Errors that were raised, places that were broken, answers that failed. */
  readonly faults: number;
};

/** What the subgraphs have answered in one run of one case. */
export type InventedWorld = {
  readonly seed: string;
  readonly faults: FaultPlan;
  readonly fetches: SeenFetch[];
};

/**
 * The subgraphs of a supergraph as if each were served, with data that is made up from the world's seed: the same question is
 * answered alike whoever asks, and whenever. Each answer takes one turn of the event loop, so that they come in the
 * order in which they were asked for, however many steps an executor makes between them.
 * @param worldOf the world of the request that a fetch belongs to
 */
export function inventSubgraphs(
  { graphs, keyFields }: InventedGraphs,
  worldOf: (call: SubgraphRequest) => InventedWorld,
): Readonly<Record<string, SubgraphTransport>> {
  return Object.fromEntries(
    graphs.map((graph) => [
      graph.name,
      {
        schema: graph.schema,
        execute: async (call: SubgraphRequest) => {
          const world = worldOf(call);
          const { query } = call;
          const variables = variablesOf(call);
          const { answer, faults } = answerOf({ ...call, variables }, graph, keyFields, world);
          const seen = { subgraph: graph.name, query, variables: structuredClone(variables) };
          world.fetches.push({ ...seen, answer: copyOf(answer), faults });
          await setImmediate();
          if (answer === null) throw new SubgraphUnavailableError(new Error("The line is cut."));
          return answer;
        },
        subscribe: () => Promise.reject(new Error("Subscriptions are not compared.")),
      },
    ]),
  );
}

/** @throws {Error} what would be sent over the wire is something else */
function variablesOf({ variables, writeVariables }: SubgraphRequest): SubgraphRequest["variables"] {
  const plain = JSON.stringify(variables);
  const written = writeVariables?.() ?? plain;
  if (JSON.stringify(JSON.parse(written)) !== plain) throw new Error(`${written} is not ${plain}.`);
  return variables;
}

type Answered = { readonly answer: ExecutionResult | null; readonly faults: number };

function answerOf(
  call: SubgraphRequest,
  graph: InventedGraph,
  keyFields: InventedGraphs["keyFields"],
  { seed, faults }: InventedWorld,
): Answered {
  const draws = drawsOf(`${seed} fetch ${graph.name} ${call.query}`);
  const places = errorPlaces(call.variables["representations"], draws);
  const failed = failedAnswer(faults, draws, places);
  if (failed !== null) return { answer: failed === "throw" ? null : failed, faults: 1 };
  const invention: Invention = { seed, graph, keyFields, faults, breakages: [], raised: 0 };
  const result = execute({
    schema: graph.schema,
    document: call.document ?? parse(call.query),
    variableValues: call.variables,
    operationName: call.operationName,
    contextValue: invention,
    fieldResolver: resolveInvented,
    typeResolver: typeOfInvented,
  });
  if (result instanceof Promise) throw new Error("Nothing that is made up takes time.");
  const sound = overTheWire(result);
  const broken = breakPlaces(sound.data, invention.breakages);
  const answer = oddAnswer(sound, faults, draws, places);
  return { answer, faults: invention.raised + broken + (answer === sound ? 0 : 1) };
}

function asError({ message, path, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? {} });
}

/** Resolvers that take time raise their errors in another order than that of the answer. */
function inAnyOrder(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const placed = errors.map((error) => ({
    error,
    place: hashOf(`${error.message} ${String(error.path)}`),
  }));
  return placed.sort((one, other) => one.place - other.place).map(({ error }) => error);
}

/** Plain values and errors without their causes, as a subgraph in another process gives them. */
function overTheWire(result: ExecutionResult): ExecutionResult {
  const { data, errors } = JSON.parse(JSON.stringify(result)) as ExecutionResult;
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: inAnyOrder(errors).map(asError) }),
  };
}

function copyOf(answer: ExecutionResult | null): ExecutionResult | null {
  return answer === null ? null : (JSON.parse(JSON.stringify(answer)) as ExecutionResult);
}
