import type { Viewer } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import {
  defaultFieldResolver,
  getNamedType,
  isObjectType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { accessRuleOf, enforce, type AccessRule } from "./access-rule.ts";
import { refuseInvalidLiterals } from "./invalid-literal.ts";
import { toPublicError } from "./public-error.ts";

type Caller = { readonly viewer: Viewer | null; readonly correlationId: string };
type Resolver = GraphQLFieldResolver<unknown, Caller>;

/** The gateway's own questions; the SDL is no secret. */
const SERVICE_FIELD = "_service";

/**
 * Puts the same three checks around every resolver of `schema`: the access rule of its directives
 * (every root field needs a viewer), literals that no scalar could read, and errors made public.
 * Fields that only read a property and have no rule and no argument stay as they are.
 */
export function guardSchema(schema: GraphQLSchema, logger: Logger): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    const isRoot = roots.includes(type);
    for (const field of Object.values(type.getFields())) guardField(type, field, isRoot, logger);
  }
}

function guardField(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, Caller>,
  isRoot: boolean,
  logger: Logger,
): void {
  if (isRoot && field.name === SERVICE_FIELD) return;
  const rule = accessRuleOf(
    [type.astNode, field.astNode, getNamedType(field.type).astNode].flatMap(
      (node) => node?.directives ?? [],
    ),
    isRoot,
  );
  const { subscribe, resolve } = field;
  if (subscribe !== undefined) field.subscribe = guarded(subscribe, rule, logger);
  if (resolve !== undefined || rule.needsViewer || field.args.length > 0) {
    field.resolve = guarded(resolve ?? defaultFieldResolver, rule, logger);
  }
}

function guarded(resolve: Resolver, rule: AccessRule, logger: Logger): Resolver {
  return (source, args, context, info) => {
    const convert = (error: unknown): never => {
      throw toPublicError(error, { logger, correlationId: context.correlationId });
    };
    try {
      enforce(rule, context.viewer);
      refuseInvalidLiterals(args);
      return convertLater(resolve(source, args, context, info), convert);
    } catch (error) {
      return convert(error);
    }
  };
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
