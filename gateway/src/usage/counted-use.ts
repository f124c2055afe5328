import type { GraphQLSchema } from "graphql";
import type { EventStreams } from "../subscriptions/event-streams.ts";
import type { OperationShape } from "./coordinates.ts";
import { deprecationHeaders, deprecationsOf } from "./deprecations.ts";
import type { Deprecation } from "./deprecations.ts";
import type { AnsweredOperation, UsageRecorder } from "./usage-recorder.ts";

/**
 * Counts a query or a mutation that was answered.
 * @returns the headers by which the answer tells that it used what is going away
 */
export function noteUse(
  usage: UsageRecorder,
  answered: AnsweredOperation,
): Readonly<Record<string, string>> {
  usage.record(answered);
  const shape = usage.shapeOf(answered);
  const used = shape === null ? [] : usedDeprecations(answered.schema, shape);
  return used.length === 0 ? {} : deprecationHeaders(used, Date.now());
}

/** The deprecated places that an operation uses. Kept as long as what is known of the operation is. */
function usedDeprecations(schema: GraphQLSchema, shape: OperationShape): readonly Deprecation[] {
  const known = kept.get(shape);
  if (known !== undefined) return known;
  const deprecations = deprecationsOf(schema);
  const used = shape.coordinates.flatMap((coordinate) => deprecations.get(coordinate) ?? []);
  kept.set(shape, used);
  return used;
}

/** A shape is of one schema. */
const kept = new WeakMap<OperationShape, readonly Deprecation[]>();

/** Counts each subscription when it is opened, and not its events. */
export function withCountedUse(streams: EventStreams, usage: UsageRecorder): EventStreams {
  return {
    ...streams,
    open: (prepared, caller, options) => {
      const { snapshot, document, operationName, variables } = prepared;
      const { viewer } = caller;
      usage.record({ schema: snapshot.apiSchema, document, operationName, variables, viewer });
      return streams.open(prepared, caller, options);
    },
  };
}
