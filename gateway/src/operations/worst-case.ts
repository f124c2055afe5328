import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  typeFromAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type {
  DocumentNode,
  GraphQLInputType,
  GraphQLSchema,
  OperationDefinitionNode,
} from "graphql";
import { argumentsOf } from "../composition/joins.ts";
import { createPointsOf, meetFields } from "../policy/operation-points.ts";
import { sourceCallsOf } from "./source-calls.ts";
import type { WorstCaseTable } from "./source-calls.ts";

/** What one operation may cost at most, whatever its variables are. */
export type WorstCase = {
  /** As `PointsOf` counts them. */
  readonly points: number;
  /** With nothing in any cache, and every copy of ours too old. */
  readonly sourceCalls: number;
};

/**
 * Takes each size of a list that a variable decides at its largest, and each part that a condition may leave out as asked
 * for. Lists that have no size count as @listSize assumes.
 * @param schema of the supergraph, with its directives
 * @param document valid, of one operation
 */
export function worstCaseOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  table: WorstCaseTable,
): WorstCase {
  const unconditional = withoutConditions(document);
  const variables = largestVariables(schema, unconditional, table);
  let sourceCalls = 0;
  meetFields(schema, unconditional, variables, (typeName, field, objects) => {
    sourceCalls += sourceCallsOf(table.sourceCalls, typeName, field, objects);
  });
  const points = createPointsOf(schema)(unconditional, undefined, variables);
  if (points === null) throw new Error("An operation has no worst case.");
  return { points, sourceCalls: Math.min(sourceCalls, Number.MAX_SAFE_INTEGER) };
}

function withoutConditions(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: ({ name }) => (name.value === "skip" || name.value === "include" ? null : undefined),
  });
}

function largestVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  table: WorstCaseTable,
): Readonly<Record<string, unknown>> {
  const sizes = sizesByVariable(schema, document, table);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );
  return Object.fromEntries(
    (operation?.variableDefinitions ?? []).map(({ variable, type }) => {
      const name = variable.name.value;
      const inputType = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
      return [name, sizes.get(name) ?? anyValueOf(inputType)];
    }),
  );
}

/** For each variable that is the size of a list somewhere, the largest that such a list can have. */
function sizesByVariable(
  schema: GraphQLSchema,
  document: DocumentNode,
  { largestPage, pages }: WorstCaseTable,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const field = types.getFieldDef();
        const parent = types.getParentType();
        const [listSize] = argumentsOf(field?.astNode?.directives, "listSize");
        const slicing: unknown = listSize?.["slicingArguments"];
        for (const argument of node.arguments ?? []) {
          if (argument.value.kind !== Kind.VARIABLE) continue;
          if (!Array.isArray(slicing) || !slicing.includes(argument.name.value)) continue;
          const name = argument.value.name.value;
          const page = pages[`${parent?.name ?? ""}.${node.name.value}`] ?? largestPage;
          sizes.set(name, Math.max(page, sizes.get(name) ?? 0));
        }
      },
    }),
  );
  return sizes;
}

const ANY_VALUES: Readonly<Record<string, unknown>> = { Int: 1, Float: 1, Boolean: true };

/** Something that the type takes: what it is decides nothing. */
function anyValueOf(type: GraphQLInputType | undefined): unknown {
  if (type === undefined || !isNonNullType(type)) return null;
  const { ofType } = type;
  if (isListType(ofType)) return [];
  const named = getNamedType(ofType);
  if (isEnumType(named)) return named.getValues()[0]?.name;
  if (!isInputObjectType(named)) return ANY_VALUES[named.name] ?? "";
  return Object.fromEntries(
    Object.values(named.getFields())
      .filter(isRequiredInputField)
      .map((field) => [field.name, anyValueOf(field.type)]),
  );
}
