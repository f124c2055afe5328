import type { Logger } from "@crossdock/runtime";
import {
  defaultFieldResolver,
  getNamedType,
  isObjectType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";
import {
  isOwned,
  type AccessDecisions,
  type Owned,
  type RootDecision,
} from "./access-decisions.ts";
import { accessRuleOf, enforce, type AccessRule } from "./access-rule.ts";
import { passGate, type Caller } from "./gate.ts";
import { refuseInvalidLiterals } from "./invalid-literal.ts";
import { toPublicError } from "./public-error.ts";
import { noteFailure, noteRoot } from "./root-notes.ts";

type Resolver = GraphQLFieldResolver<unknown, Caller>;

/** What is decided about a field. */
type Guard = {
  readonly rule: AccessRule;
  /** `null` for a field of an object. */
  readonly root: RootDecision | null;
  /** Whose what it answers is; `null` when it belongs to nobody. */
  readonly owned: Owned | null;
  readonly logger: Logger;
};

/** The gateway's own questions; the SDL is no secret. */
const SERVICE_FIELD = "_service";

/**
 * Puts the same four checks around every resolver of `schema`: the access rule of its directives
 * (every root field needs a viewer), literals that no scalar could read, the gate for what belongs to
 * somebody, and errors made public. Fields that only read a property and have no rule, no argument and
 * nothing of anybody's stay as they are.
 * @param decisions about all types of the schema
 */
export function guardSchema(
  schema: GraphQLSchema,
  decisions: AccessDecisions,
  logger: Logger,
): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    const isRoot = roots.includes(type);
    for (const field of Object.values(type.getFields())) {
      guardField(type, field, isRoot, { decisions, logger });
    }
  }
}

function guardField(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, Caller>,
  isRoot: boolean,
  { decisions, logger }: { readonly decisions: AccessDecisions; readonly logger: Logger },
): void {
  if (isRoot && field.name === SERVICE_FIELD) return;
  const rule = accessRuleOf(
    [type.astNode, field.astNode, getNamedType(field.type).astNode].flatMap(
      (node) => node?.directives ?? [],
    ),
    isRoot,
  );
  const decision = decisions.types[getNamedType(field.type).name];
  const root = decisions.roots[`${type.name}.${field.name}`] ?? null;
  const guard: Guard = { rule, root, owned: isOwned(decision) ? decision : null, logger };
  const { subscribe, resolve } = field;
  // What a subscription answers is its events, which pass the gate one by one.
  if (subscribe !== undefined) {
    field.subscribe = guarded(subscribe, { ...guard, root: null, owned: null });
  }
  if (resolve !== undefined || rule.needsViewer || guard.owned !== null || field.args.length > 0) {
    field.resolve = guarded(resolve ?? defaultFieldResolver, guard);
  }
}

function guarded(resolve: Resolver, guard: Guard): Resolver {
  const { rule, root, logger } = guard;
  return (source, args, context, info) => {
    const convert = (error: unknown): never => {
      const shown = toPublicError(error, { logger, correlationId: context.correlationId });
      if (root !== null) noteFailure(shown.extensions["code"], context, info);
      throw shown;
    };
    try {
      enforce(rule, context.viewer);
      refuseInvalidLiterals(args);
      return convertLater(
        passed(resolve(source, args, context, info), guard, context, info),
        convert,
      );
    } catch (error) {
      return convert(error);
    }
  };
}

/** What may leave of an answer. */
function passed(result: unknown, guard: Guard, caller: Caller, info: GraphQLResolveInfo): unknown {
  const { root, owned, logger } = guard;
  if (root === null && owned === null) return result;
  if (result instanceof Promise) {
    return result.then((value: unknown) => passed(value, guard, caller, info));
  }
  if (root !== null) noteRoot(root, result, caller, info);
  return owned === null ? result : passGate(owned, result, caller, info, logger);
}

/** Errors that come with a promise, or inside a list: a loader answers with both. */
function convertLater(result: unknown, convert: (error: unknown) => never): unknown {
  if (result instanceof Promise)
    return result.then((value) => convertLater(value, convert), convert);
  if (result instanceof Error) return convert(result);
  if (!Array.isArray(result) || !result.some(mayFail)) return result;
  return result.map((entry: unknown) => {
    if (entry instanceof Error) return Promise.reject(entry).catch(convert);
    return entry instanceof Promise ? entry.catch(convert) : entry;
  });
}

function mayFail(entry: unknown): boolean {
  return entry instanceof Error || entry instanceof Promise;
}
