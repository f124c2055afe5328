import { createHash } from "node:crypto";
import {
  getNamedType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type {
  DocumentNode,
  GraphQLInputObjectType,
  GraphQLInputType,
  GraphQLSchema,
  NamedTypeNode,
  OperationDefinitionNode,
  TypeNode,
} from "graphql";

/**
 * A place of the schema, written as schema coordinates are: `Order.total`, `Query.orders(first:)`,
 * `OrderFilter.status`, `OrderStatus.CLOSED`.
 */
export type Coordinate = string;

/** What one operation asks for by its text alone, whoever sends it and with whichever variables. */
export type OperationShape = {
  /** The same for every text that has the same name and kind and asks for the same places. */
  readonly signature: string;
  readonly operationName: string | null;
  readonly kind: "query" | "mutation" | "subscription";
  /** Sorted, each once. Introspection is not among them. */
  readonly coordinates: readonly Coordinate[];
};

const SIGNATURE_CHARACTERS = 32;
/** Of a name, which is the client's own choice. */
const MAX_NAME_CHARACTERS = 100;

/**
 * Reads what an operation asks for: fields, arguments, and the input fields and enum values that are written in it.
 * Fragments count where they are; what a document has beside the operation and its fragments does not.
 * @param document valid for `schema`
 * @returns `null` when the document has no such operation
 */
export function shapeOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): OperationShape | null {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) return null;
  const coordinates = [...coordinatesOf(schema, document, operation)].sort();
  const name = operation.name?.value.slice(0, MAX_NAME_CHARACTERS) ?? null;
  const identity = JSON.stringify([name, operation.operation, coordinates]);
  return {
    signature: createHash("sha256").update(identity).digest("hex").slice(0, SIGNATURE_CHARACTERS),
    operationName: name,
    kind: operation.operation,
    coordinates,
  };
}

function coordinatesOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlySet<Coordinate> {
  const found = new Set<Coordinate>();
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    Field: () => {
      const parent = types.getParentType();
      const field = types.getFieldDef();
      if (parent && field && !field.name.startsWith("__"))
        found.add(`${parent.name}.${field.name}`);
    },
    Argument: () => {
      const parent = types.getParentType();
      const field = types.getFieldDef();
      const argument = types.getArgument();
      if (types.getDirective() || !parent || !field || !argument) return;
      if (!parent.name.startsWith("__") && !field.name.startsWith("__")) {
        found.add(`${parent.name}.${field.name}(${argument.name}:)`);
      }
    },
    ObjectField: ({ name }) => {
      const parent = getNamedType(types.getParentInputType());
      if (parent) found.add(`${parent.name}.${name.value}`);
    },
    EnumValue: ({ value }) => {
      const type = getNamedType(types.getInputType());
      if (isEnumType(type)) found.add(`${type.name}.${value}`);
    },
  });
  for (const definition of [operation, ...fragmentsOf(document)]) visit(definition, visitor);
  return found;
}

function fragmentsOf(document: DocumentNode) {
  return document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
}

/** A variable of an operation in which input fields or enum values may stand. */
export type TellingVariable = { readonly name: string; readonly type: GraphQLInputType };

/** Those of an operation; what holds only scalars is left out. */
export function tellingVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): readonly TellingVariable[] {
  return (operation.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
    const type = inputTypeOf(schema, node);
    return type === undefined || !mayHoldCoordinates(type)
      ? []
      : [{ name: variable.name.value, type }];
  });
}

/** Values of one operation's variables that are looked at; what comes after is not counted. */
const MAX_VALUES = 2_000;

/**
 * The input fields and enum values that an operation was given in its variables.
 * @param variables as the client sent them, found to fit
 */
export function coordinatesInVariables(
  telling: readonly TellingVariable[],
  variables: Readonly<Record<string, unknown>>,
): ReadonlySet<Coordinate> {
  if (telling.length === 0) return NO_COORDINATES;
  const found = new Set<Coordinate>();
  let left = MAX_VALUES;

  function look(type: GraphQLInputType, value: unknown): void {
    if (value === null || value === undefined || left <= 0) return;
    left -= 1;
    if (isNonNullType(type)) {
      look(type.ofType, value);
    } else if (isListType(type)) {
      if (!Array.isArray(value)) look(type.ofType, value);
      else for (const each of value as unknown[]) look(type.ofType, each);
    } else if (isEnumType(type)) {
      if (typeof value === "string") found.add(`${type.name}.${value}`);
    } else if (isInputObjectType(type) && typeof value === "object") {
      const fields = fieldsOf(type);
      for (const [name, given] of Object.entries(value)) {
        const field = fields.get(name);
        if (field === undefined || given === undefined) continue;
        found.add(field.coordinate);
        if (field.tells) look(field.type, given);
      }
    }
  }

  for (const { name, type } of telling) look(type, variables[name]);
  return found;
}

const NO_COORDINATES: ReadonlySet<Coordinate> = new Set();

type InputFields = ReadonlyMap<
  string,
  { readonly coordinate: Coordinate; readonly type: GraphQLInputType; readonly tells: boolean }
>;

const fieldsOfTypes = new WeakMap<GraphQLInputObjectType, InputFields>();

function fieldsOf(type: GraphQLInputObjectType): InputFields {
  const known = fieldsOfTypes.get(type);
  if (known !== undefined) return known;
  const fields = new Map(
    Object.values(type.getFields()).map((field) => {
      const coordinate = `${type.name}.${field.name}`;
      return [field.name, { coordinate, type: field.type, tells: mayHoldCoordinates(field.type) }];
    }),
  );
  fieldsOfTypes.set(type, fields);
  return fields;
}

function inputTypeOf(schema: GraphQLSchema, node: TypeNode): GraphQLInputType | undefined {
  return typeFromAST(schema, node as NamedTypeNode) as GraphQLInputType | undefined;
}

/**
 * Everything that an operation could be given in its variables: the input fields and enum values that their types
 * lead to.
 */
export function coordinatesVariablesMayHold(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): ReadonlySet<Coordinate> {
  const found = new Set<Coordinate>();
  const seen = new Set<string>();

  function look(type: GraphQLInputType): void {
    const named = getNamedType(type);
    if (seen.has(named.name)) return;
    seen.add(named.name);
    if (isEnumType(named)) {
      for (const { name } of named.getValues()) found.add(`${named.name}.${name}`);
    } else if (isInputObjectType(named)) {
      for (const field of Object.values(named.getFields())) {
        found.add(`${named.name}.${field.name}`);
        look(field.type);
      }
    }
  }

  for (const { type } of operation.variableDefinitions ?? []) {
    const inputType = inputTypeOf(schema, type);
    if (inputType !== undefined) look(inputType);
  }
  return found;
}

function mayHoldCoordinates(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isEnumType(named) || !isLeafType(named);
}
