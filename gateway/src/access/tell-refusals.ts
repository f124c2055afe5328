import {
  getDirectiveValues,
  getOperationAST,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
} from "graphql";
import type { ExecutionResult } from "graphql";
import type { AskedOperation } from "../execution/asked-operation.ts";
import { coerceVariables } from "../execution/coerce-variables.ts";
import type { AccessDecision, PathStep, Refusal } from "./access-decisions.ts";

/** Places of one field that are named in an answer; those after them are null all the same. */
const MAX_PLACES_OF_FIELD = 100;

/** What was asked, as far as it decides which of its fields are in the answer. */
type Asked = Pick<AskedOperation, "schema" | "document" | "operationName" | "variables">;

/**
 * The answer with an error for each place in it where a refused field stands. The path has the positions in lists
 * as far as the answer has the lists, and names the fields alone where a null has taken their place, or
 * where there are none. A field of an object that is not there has no place.
 * @param result of the operation as it was asked, run by a plan without the refused fields
 */
export function tellRefusals(
  result: ExecutionResult,
  { refusals }: AccessDecision,
  asked: Asked,
): ExecutionResult {
  if (refusals.length === 0) return result;
  const seen = new Set<string>();
  const told = included(refusals, asked)
    .flatMap((refusal) =>
      placesOf(refusal.path, result.data).map((path) => ({ path, reason: refusal.reason })),
    )
    .filter(({ path }) => isNew(seen, JSON.stringify(path)))
    .map(
      ({ path, reason }) =>
        new GraphQLError(reason.message, {
          path,
          originalError: reason,
          extensions: { code: reason.code },
        }),
    );
  if (told.length === 0) return result;
  // a null that says nothing more than the refusal does
  const { extensions: { valueCompletion: _nulls, ...extensions } = {}, ...answer } = result;
  return {
    ...answer,
    errors: [...(result.errors ?? []), ...told],
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
  };
}

/** What the operation's conditions leave in. */
function included(
  refusals: readonly Refusal[],
  { schema, document, operationName, variables }: Asked,
): readonly Refusal[] {
  if (refusals.every(({ conditions }) => conditions.length === 0)) return refusals;
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const { coerced = {} } = coerceVariables(schema, definitions, variables);
  return refusals.filter(({ conditions }) =>
    conditions.every((directives) => {
      const skip = getDirectiveValues(GraphQLSkipDirective, { directives }, coerced);
      const include = getDirectiveValues(GraphQLIncludeDirective, { directives }, coerced);
      return skip?.["if"] !== true && include?.["if"] !== false;
    }),
  );
}

type Path = readonly (string | number)[];

function placesOf(steps: readonly PathStep[], data: unknown): readonly Path[] {
  const places: Path[] = [];
  let isAbsent = false;

  /** @param at how many of the steps lead to the value */
  function descend(value: unknown, at: number, path: Path): void {
    if (places.length >= MAX_PLACES_OF_FIELD) return;
    if (at === steps.length) {
      places.push(path);
    } else if (Array.isArray(value)) {
      value.forEach((entry, index) => {
        descend(entry, at, [...path, index]);
      });
    } else if (typeof value === "object" && value !== null) {
      const step = steps[at];
      if (step === undefined) return;
      const { responseName } = step;
      if (!Object.hasOwn(value, responseName)) {
        isAbsent = true; // an object of another type
        return;
      }
      const next = (value as Readonly<Record<string, unknown>>)[responseName];
      descend(next, at + 1, [...path, responseName]);
    } else if (at === 0 || steps.slice(at).every(({ isNonNull }) => isNonNull)) {
      places.push([...path, ...steps.slice(at).map(({ responseName }) => responseName)]);
    } else {
      isAbsent = true;
    }
  }

  descend(data, 0, []);
  if (places.length > 0 || isAbsent) return places;
  return [steps.map(({ responseName }) => responseName)];
}

function isNew(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}
