import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { CAN_GENERATE_CODE } from "../generated-code.ts";
import { Unsupported } from "../unsupported.ts";
import type { ConditionValues } from "./conditions.ts";
import { nestAnswer } from "./nest-answer.ts";
import { fragmentsOf } from "./selections.ts";
import { DOUBT } from "./shaping.ts";
import type { Json, ShapingState } from "./shaping.ts";
import { writeAnswer } from "./write-answer.ts";

/** What was fetched, as an answer. */
export type ShapedAnswer = {
  readonly data: Json | null;
  /** Whether something could not stand in the answer: which, and where, the stock executor finds the words for. */
  readonly isBroken: boolean;
};

/**
 * Makes the answer of what all fetches of an operation have brought, merged; that is read only, and may have
 * parts in common with the answer. Names of the answer are in the order of the stock executor, and its nulls are in the same places.
 * @returns `null` where something is not of the type that the schema says, and the stock executor has to look at it
 */
export type CompiledAnswer = (merged: Json) => ShapedAnswer | null;

/**
 * Compiles the shape of an answer, for one set of values of the variables that decide on its conditions.
 * @param document valid for the schema
 * @param schema all that clients may ask for
 * @param canGenerate whether functions are made of text, which is the default where it is allowed
 * @throws {Unsupported} the stock executor has to do it
 */
export function compileAnswer(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  conditions: ConditionValues,
  canGenerate = CAN_GENERATE_CODE,
): CompiledAnswer {
  const root = schema.getRootType(operation.operation);
  if (root === null || root === undefined) {
    throw new Unsupported("malformed", `there is no ${operation.operation}`);
  }
  const selecting = { schema, fragments: fragmentsOf(document), conditions };
  const make = canGenerate ? writeAnswer : nestAnswer;
  const { shape, isSplit } = make(root, [[operation.selectionSet]], selecting);
  return (merged) => {
    const state: ShapingState = { isBroken: false };
    try {
      const data = shape(merged, state);
      return state.isBroken && isSplit ? null : { data, isBroken: state.isBroken };
    } catch (error) {
      if (error === DOUBT) return null;
      throw error;
    }
  };
}
