import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
} from "graphql";
import type {
  ConstDirectiveNode,
  FieldNode,
  GraphQLField,
  GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
} from "graphql";
import { argumentsOf } from "../composition/joins.ts";

/** What whoever wants a field has to show. */
export type Demand = {
  /** Proof of who asks. */
  readonly proof: boolean;
  /** One entry for each `@requiresScopes` that applies; of each one group is enough, with all of its scopes. */
  readonly scopes: readonly ScopeChoice[];
};
export type ScopeChoice = readonly (readonly string[])[];

/** What a field asks for where it stands in an operation; `null` for nothing. */
export type DemandOf = (
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: FieldNode,
) => Demand | null;

/** Opens a root field to callers who do not say who they are. */
export const PUBLIC_TAG = "public";

const NOTHING: Demand = { proof: false, scopes: [] };
const PROOF: Demand = { proof: true, scopes: [] };

/**
 * Reads `@authenticated` and `@requiresScopes`. A field asks for what it says itself, what its type says and what the
 * type of its value says, and where one of its arguments is given, what the argument's type says, down to the
 * fields of an input. A field of an interface asks for what it does on every one of its implementations: which one it
 * will be is not known before it is read. A root field asks for proof of who asks unless it has `@tag(name: "public")`.
 * What a field asks for is read when it is first wanted: to read all of a large supergraph takes tens of milliseconds.
 * @param supergraphSchema with the directives of the supergraph
 */
export function createDemands(supergraphSchema: GraphQLSchema): DemandOf {
  /** By `Order.total`, and those of arguments by `Query.order.id`. */
  const known = new Map<string, Demand>();
  const once = (place: string, read: () => Demand): Demand => {
    const demand = known.get(place) ?? read();
    known.set(place, demand);
    return demand;
  };
  return ({ name: typeName }, { name, arguments: given = [] }) => {
    const type = supergraphSchema.getType(typeName); // a contract's type of this name has no directives
    if (!isObjectType(type) && !isInterfaceType(type)) return null;
    const field = type.getFields()[name.value];
    if (field === undefined) return null; // introspection, the document being valid
    const place = `${typeName}.${field.name}`;
    const base = once(place, () => ofPlace(supergraphSchema, type, field));
    const demand = given.reduce((sum, { name: argumentName }) => {
      const argument = field.args.find((each) => each.name === argumentName.value);
      if (argument === undefined) return sum;
      const own = () => ofInput(argument.type, new Set());
      return together(sum, once(`${place}.${argument.name}`, own));
    }, base);
    return isNothing(demand) ? null : demand;
  };
}

function ofPlace(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): Demand {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const isClosed = roots.some((root) => root === type) && !isPublic(field);
  const demand = ofField(schema, type, field.name);
  return isClosed ? together(demand, PROOF) : demand;
}

function ofField(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  fieldName: string,
): Demand {
  const field = type.getFields()[fieldName];
  const own = together(demandOf(type.astNode?.directives), demandOf(field?.astNode?.directives));
  const whole = field === undefined ? own : together(own, ofNamedType(getNamedType(field.type)));
  if (!isInterfaceType(type)) return whole;
  return schema
    .getPossibleTypes(type)
    .reduce((sum, possible) => together(sum, ofField(schema, possible, fieldName)), whole);
}

function ofNamedType(type: GraphQLNamedType): Demand {
  return isScalarType(type) || isEnumType(type) || isObjectType(type) || isInterfaceType(type)
    ? demandOf(type.astNode?.directives)
    : NOTHING;
}

function ofInput(type: GraphQLInputType, seen: Set<string>): Demand {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return ofNamedType(named);
  if (seen.has(named.name)) return NOTHING;
  seen.add(named.name);
  return Object.values(named.getFields()).reduce(
    (sum, field) => together(sum, ofInput(field.type, seen)),
    NOTHING,
  );
}

function demandOf(directives: readonly ConstDirectiveNode[] | undefined): Demand {
  const scopes = argumentsOf(directives, "requiresScopes").map((given) =>
    choiceOf(given["scopes"]),
  );
  const proof = scopes.length > 0 || argumentsOf(directives, "authenticated").length > 0;
  return { proof, scopes };
}

/** What does not read as groups of scopes is a choice of nothing, which nobody can meet. */
function choiceOf(value: unknown): ScopeChoice {
  const isChoice = Array.isArray(value) && value.every(isGroup);
  return isChoice ? (value as ScopeChoice) : [];
}

function isGroup(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((scope) => typeof scope === "string")
  );
}

function isPublic({ astNode }: GraphQLField<unknown, unknown>): boolean {
  return argumentsOf(astNode?.directives, "tag").some(({ name }) => name === PUBLIC_TAG);
}

function together(one: Demand, other: Demand | undefined): Demand {
  if (other === undefined || isNothing(other)) return one;
  if (isNothing(one)) return other;
  return { proof: true, scopes: [...one.scopes, ...other.scopes] };
}

function isNothing({ proof }: Demand): boolean {
  return !proof;
}
