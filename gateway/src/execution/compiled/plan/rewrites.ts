import type { FetchDataRewrite } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { plainName } from "../generated-code.ts";
import { isOfType, typenameOf } from "./entity.ts";
import type { Entity } from "./entity.ts";

/** Changes what goes to a subgraph or comes from it, in place. */
export type Rewrite = (value: unknown) => void;

const FRAGMENT = "... on ";

/**
 * What a plan asks to be renamed or set: where two subgraphs mean different things by one name, or know an interface
 * as an object.
 * @returns `null` when it asks for nothing
 * @throws {Unsupported} a name that objects inherit
 */
export function compileRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
): Rewrite | null {
  if (rewrites === undefined || rewrites.length === 0) return null;
  const steps = rewrites.map((rewrite) => {
    const field = rewrite.path.at(-1);
    if (field === undefined) return () => undefined;
    return compilePath(schema, rewrite.path.slice(0, -1), changeOf(rewrite, plainName(field)));
  });
  return (value) => {
    for (const step of steps) step(value);
  };
}

function changeOf(rewrite: FetchDataRewrite, field: string): (value: Entity) => void {
  if (rewrite.kind === "ValueSetter") {
    const { setValueTo } = rewrite as { readonly setValueTo: unknown };
    return (value) => {
      value[field] = setValueTo;
    };
  }
  const newName = plainName(rewrite.renameKeyTo);
  return (value) => {
    const renamed = value[field];
    if (!renamed) return; // as the stock executor has it: a zero, too, keeps its name
    value[newName] = renamed;
    value[field] = undefined;
  };
}

function compilePath(
  schema: GraphQLSchema,
  [first, ...rest]: readonly string[],
  change: (value: Entity) => void,
): Rewrite {
  const step = first === undefined ? change : compileStep(schema, first, rest, change);
  return function apply(value: unknown): void {
    if (Array.isArray(value)) value.forEach(apply);
    else if (typeof value === "object" && value !== null) step(value as Entity);
  };
}

function compileStep(
  schema: GraphQLSchema,
  element: string,
  rest: readonly string[],
  change: (value: Entity) => void,
): (value: Entity) => void {
  const next = compilePath(schema, rest, change);
  if (!element.startsWith(FRAGMENT)) {
    const field = plainName(element);
    return (value) => {
      next(value[field]);
    };
  }
  const condition = element.slice(FRAGMENT.length);
  return (value) => {
    const typename = typenameOf(value);
    if (typename === null || isOfType(schema, typename, condition)) next(value);
  };
}
