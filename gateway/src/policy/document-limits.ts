import type { ErrorCode } from "@crossdock/domain";
import { GraphQLError, Kind } from "graphql";
import type {
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationRule,
} from "graphql";
import type { LimitName } from "../errors/limit-errors.ts";
import type { GatewayLimits } from "../limits.ts";

export type DocumentLimits = Pick<
  GatewayLimits,
  "maxDepth" | "maxAliases" | "maxFields" | "maxRootFields"
>;

/**
 * What is too large in a document, before any of it is planned. Fragments count wherever they are
 * spread, but each is walked once, so the check costs no more than the document is long.
 * @returns one error for each operation and limit, with code DEPTH_LIMIT or BAD_USER_INPUT
 */
export function findExcess(document: DocumentNode, limits: DocumentLimits): GraphQLError[] {
  const measure = createMeasure(document);
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .flatMap((operation) => excessOf(operation, measure(operation.selectionSet), limits));
}

/** `findExcess` as a rule for `validate`. */
export function documentLimitsRule(limits: DocumentLimits): ValidationRule {
  return (context) => ({
    Document: (document) => {
      for (const error of findExcess(document, limits)) context.reportError(error);
    },
  });
}

type Size = {
  readonly depth: number;
  /** Levels below `__schema` or `__type`, which are deep by nature and bounded by GraphQL itself. */
  readonly introspectionDepth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly rootFields: number;
};

const NOTHING: Size = { depth: 0, introspectionDepth: 0, fields: 0, aliases: 0, rootFields: 0 };

/** The standard introspection query has 13 levels; GraphiQL's may have a few more. */
const MAX_INTROSPECTION_DEPTH = 20;

function excessOf(
  operation: OperationDefinitionNode,
  size: Size,
  limits: DocumentLimits,
): GraphQLError[] {
  const at = { nodes: [operation] };
  const errors: GraphQLError[] = [];
  const check = (actual: number, max: number, what: string, limit: LimitName) => {
    if (actual <= max) return;
    const message = `The operation ${what}; at most ${String(max)} are allowed.`;
    const code: ErrorCode = limit === "maxDepth" ? "DEPTH_LIMIT" : "BAD_USER_INPUT";
    errors.push(new GraphQLError(message, { ...at, extensions: { code, limit } }));
  };
  const { depth, introspectionDepth, aliases, fields, rootFields } = size;
  check(depth, limits.maxDepth, `is ${String(depth)} levels deep`, "maxDepth");
  check(
    introspectionDepth,
    MAX_INTROSPECTION_DEPTH,
    `introspects ${String(introspectionDepth)} levels deep`,
    "maxDepth",
  );
  check(aliases, limits.maxAliases, `has ${String(aliases)} aliases`, "maxAliases");
  check(fields, limits.maxFields, `has ${String(fields)} fields`, "maxFields");
  check(rootFields, limits.maxRootFields, `has ${String(rootFields)} root fields`, "maxRootFields");
  return errors;
}

function createMeasure(document: DocumentNode): (selectionSet: SelectionSetNode) => Size {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const known = new Map<string, Size>();

  function ofFragment(name: string): Size {
    const size = known.get(name);
    if (size !== undefined) return size;
    known.set(name, NOTHING); // a fragment in a circle adds nothing: another rule refuses it
    const fragment = fragments.get(name);
    const measured = fragment === undefined ? NOTHING : ofSelections(fragment.selectionSet);
    known.set(name, measured);
    return measured;
  }

  function ofSelections({ selections }: SelectionSetNode): Size {
    return selections.reduce<Size>((total, selection) => {
      switch (selection.kind) {
        case Kind.FRAGMENT_SPREAD:
          return together(total, ofFragment(selection.name.value));
        case Kind.INLINE_FRAGMENT:
          return together(total, ofSelections(selection.selectionSet));
        case Kind.FIELD: {
          const below =
            selection.selectionSet === undefined ? NOTHING : ofSelections(selection.selectionSet);
          return together(
            total,
            asField(below, selection.name.value, selection.alias !== undefined),
          );
        }
      }
    }, NOTHING);
  }

  return ofSelections;
}

function asField(below: Size, name: string, aliased: boolean): Size {
  const introspects = name === "__schema" || name === "__type";
  return {
    depth: introspects ? 0 : below.depth + 1,
    introspectionDepth: introspects
      ? 1 + Math.max(below.depth, below.introspectionDepth)
      : below.introspectionDepth,
    fields: below.fields + 1,
    aliases: below.aliases + (aliased ? 1 : 0),
    rootFields: 1,
  };
}

function together(a: Size, b: Size): Size {
  return {
    depth: Math.max(a.depth, b.depth),
    introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
    fields: a.fields + b.fields,
    aliases: a.aliases + b.aliases,
    rootFields: a.rootFields + b.rootFields,
  };
}
