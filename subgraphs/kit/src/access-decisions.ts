import type { Viewer } from "@crossdock/domain";
import {
  getNamedType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { accessRuleOf, type AccessRule } from "./access-rule.ts";

/** Objects that belong to somebody: each is judged at every door that it could leave by. */
export type Owned = {
  readonly kind: "owned";
  readonly maySee: (viewer: Viewer, object: never) => boolean;
  /** What is written into the journal of accesses, e.g. `order:7K3QF9M2ZT`. */
  readonly subjectOf: (object: never) => string;
};

/**
 * Who may see the objects of a type:
 * - owned: whoever the object itself says;
 * - `everybody` who is signed in;
 * - `operators`, by the scopes that the type asks for;
 * - `asker`: it is made for who asks, out of what that one may see (connections, payloads, events);
 * - `parent`: it is a part of an object that was judged, or of one that everybody may see;
 * - `name`: the name of an object of another subgraph, which judges it.
 */
export type TypeDecision = Owned | "everybody" | "operators" | "asker" | "parent" | "name";

/**
 * What a root field shows, and to whom:
 * - `judged`: one object of an owned type;
 * - `narrowed`: what belongs to the accounts of who asks, and to no other;
 * - `everybody` who is signed in gets the same;
 * - `operators` alone, by a scope that no customer has;
 * - `asker`: something about who asks;
 * - `command`: an intent, whose subject is judged before it is accepted.
 */
export type RootDecision = "judged" | "narrowed" | "everybody" | "operators" | "asker" | "command";

/** The one place of a subgraph that says who may see what. */
export type AccessDecisions = {
  /** By the name of each object type of the subgraph's own. */
  readonly types: Readonly<Record<string, TypeDecision>>;
  /** By name, e.g. `Query.order`. */
  readonly roots: Readonly<Record<string, RootDecision>>;
};

/** @param owned what an object says of itself; its type is that of the resolvers' parents */
export function owned<Value>(decision: {
  readonly maySee: (viewer: Viewer, object: Value) => boolean;
  readonly subjectOf: (object: Value) => string;
}): Owned {
  return { kind: "owned", ...decision };
}

export function isOwned(decision: TypeDecision | undefined): decision is Owned {
  return typeof decision === "object";
}

/** Scopes that no customer's token has. */
const OPERATOR_SCOPES: ReadonlySet<string> = new Set([
  "operations:read",
  "operations:write",
  "inventory:write",
  "shipments:write",
  "billing:write",
]);
/** Federation's own. */
const MACHINERY: ReadonlySet<string> = new Set(["_Service", "_entities", "_service"]);

/**
 * @throws with every type and root field of `schema` that nobody has decided about, every decision about what is not there,
 * and every decision that the schema contradicts
 */
export function checkDecisions(
  schema: GraphQLSchema,
  { types, roots }: AccessDecisions,
  shared: AccessDecisions["types"],
): void {
  const faults: string[] = [];
  const rootTypes = rootTypesOf(schema);
  const objects = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType =>
      isObjectType(type) && !type.name.startsWith("__") && !MACHINERY.has(type.name),
  );
  const ownTypes = objects.filter((type) => !rootTypes.includes(type));
  const decisionOf = (name: string) => types[name] ?? shared[name];

  for (const type of ownTypes) {
    const decision = decisionOf(type.name);
    if (decision === undefined) faults.push(`nobody has decided who may see ${type.name}`);
    if (decision === "operators" && !isForOperators(ruleOf(type, null))) {
      faults.push(`${type.name} is for operators, and asks for no scope of theirs`);
    }
  }
  const fields = rootTypes.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ name }) => !MACHINERY.has(name))
      .map((field) => ({ type, field, name: `${type.name}.${field.name}` })),
  );
  for (const { type, field, name } of fields) {
    const decision = roots[name];
    const returned = decisionOf(getNamedType(field.type).name);
    if (decision === undefined) faults.push(`nobody has decided who may ask for ${name}`);
    if (decision === "operators" && !isForOperators(ruleOf(type, field))) {
      faults.push(`${name} is for operators, and asks for no scope of theirs`);
    }
    if (decision === "judged" && !isOwned(returned)) {
      faults.push(`${name} is judged by an object that says nothing of its owner`);
    }
    if (decision === "everybody" && isOwned(returned)) {
      faults.push(`${name} is for everybody, and what it answers belongs to somebody`);
    }
    if (returned === "parent" && isObjectType(getNamedType(field.type))) {
      faults.push(`${name} answers a part of something without what it is a part of`);
    }
  }
  const typeNames = new Set(ownTypes.map(({ name }) => name));
  const rootNames = new Set(fields.map(({ name }) => name));
  for (const name of Object.keys(types)) {
    if (!typeNames.has(name)) faults.push(`there is no type ${name}`);
  }
  for (const name of Object.keys(roots)) {
    if (!rootNames.has(name)) faults.push(`there is no root field ${name}`);
  }
  if (faults.length > 0) throw new Error(`Who may see what is not settled: ${faults.join("; ")}.`);
}

function rootTypesOf(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (type) => type != null,
  );
}

function ruleOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown> | null): AccessRule {
  const returned = field === null ? null : getNamedType(field.type).astNode;
  const nodes = [type.astNode, field?.astNode, returned];
  return accessRuleOf(
    nodes.flatMap((node) => node?.directives ?? []),
    field !== null,
  );
}

/** Whether one of the rule's demands cannot be met without an operator's scope. */
function isForOperators({ scopeChoices }: AccessRule): boolean {
  return scopeChoices.some((choices) =>
    choices.every((scopes) => scopes.some((scope) => OPERATOR_SCOPES.has(scope))),
  );
}
