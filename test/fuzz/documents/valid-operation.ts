import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";
import type { Choices } from "../choices.ts";
import { hostileValue, type Json } from "../hostile-values.ts";

export type OperationKind = "query" | "mutation" | "subscription";

/** What a client sends of an operation. */
export type GeneratedOperation = {
  readonly query: string;
  readonly variables: { readonly [name: string]: Json };
  readonly operationName?: string;
};

const MAX_DEPTH = 6;
const MAX_ROOT_FIELDS = 3;
const MAX_FIELDS = 4;
const MAX_ITEMS = 3;
/** One value of so many is not what its type asks for. */
const HOSTILE_ONCE_IN = 12;

/** Values that exist in the sandbox's data, or could. */
const KNOWN_TEXTS = ["C10010", "C10020", "NG-10001", "NG-10003", "MAIN", "1", "EA", "USD", "fuzz"];
const SCALARS: Readonly<Record<string, readonly Json[]>> = {
  Int: [1, 2, 20, 100, 101, 0, -1, 2_147_483_647],
  Float: [1, 0.5, -1e308],
  Boolean: [true, false],
  Decimal: ["1", "12.50", "0", "-1", "0.000000000001", "999999999999999999999.99"],
  Date: ["2026-11-21", "1900-01-01", "9999-12-31"],
  DateTime: ["2026-11-21T08:00:00.000Z", "1970-01-01T00:00:00Z"],
  CurrencyCode: ["USD", "XXX"],
  UomCode: ["EA", "BX", "PF"],
  EventCursor: ["", "v1.0", "AAAA"],
  JSON: [{}, [], "x"],
};

/** Operations that are valid against a schema, but for a value here and there. */
export function createOperationMaker(
  schema: GraphQLSchema,
): (kind: OperationKind, choices: Choices) => GeneratedOperation {
  return (kind, choices) => {
    const root = {
      query: schema.getQueryType(),
      mutation: schema.getMutationType(),
      subscription: schema.getSubscriptionType(),
    }[kind];
    if (root == null) throw new Error(`The schema has no ${kind}.`);
    return new OperationWriter(schema, choices).write(kind, root);
  };
}

class OperationWriter {
  readonly #declared: string[] = [];
  readonly #variables: Record<string, Json> = {};
  #aliases = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly choices: Choices,
  ) {}

  write(kind: OperationKind, root: GraphQLNamedType): GeneratedOperation {
    const count = kind === "query" ? 1 + this.choices.below(MAX_ROOT_FIELDS) : 1;
    const fields = this.#fieldsOf(root);
    const body = Array.from({ length: count }, (_none, at) =>
      this.#field(this.choices.oneOf(fields), at === 0 ? "" : this.#alias(), 1),
    ).join(" ");
    const declared = this.#declared.length === 0 ? "" : `(${this.#declared.join(", ")})`;
    return { query: `${kind} Fuzz${declared} { ${body} }`, variables: this.#variables };
  }

  #fieldsOf(type: GraphQLNamedType): GraphQLField<unknown, unknown>[] {
    return "getFields" in type
      ? (Object.values(type.getFields()) as GraphQLField<unknown, unknown>[])
      : [];
  }

  #field(field: GraphQLField<unknown, unknown>, alias: string, depth: number): string {
    const given = field.args.filter((arg) => isRequiredArgument(arg) || this.choices.onceIn(2));
    const args =
      given.length === 0 ? "" : `(${given.map((arg) => this.#argument(arg)).join(", ")})`;
    const below = getNamedType(field.type);
    const selection = isCompositeType(below) ? ` ${this.#selection(below, depth + 1)}` : "";
    return `${alias}${field.name}${args}${selection}`;
  }

  #argument(argument: GraphQLArgument): string {
    const name = `v${String(this.#declared.length)}`;
    this.#declared.push(`$${name}: ${String(argument.type)}`);
    this.#variables[name] = this.#value(argument.type, 1);
    return `${argument.name}: $${name}`;
  }

  #selection(type: GraphQLNamedType, depth: number, isOneOfSeveral = false): string {
    if (isAbstractType(type)) {
      const parts = this.schema
        .getPossibleTypes(type)
        .filter(() => this.choices.onceIn(2))
        .map((part) => `... on ${part.name} ${this.#selection(part, depth + 1, true)}`);
      return `{ __typename ${parts.join(" ")} }`;
    }
    const open = this.#fieldsOf(type).filter(
      (field) => depth < MAX_DEPTH || !isCompositeType(getNamedType(field.type)),
    );
    if (open.length === 0) return "{ __typename }";
    const chosen = new Set(
      Array.from({ length: 1 + this.choices.below(MAX_FIELDS) }, () => this.choices.oneOf(open)),
    );
    // Fragments of one interface may ask for the same name in different types.
    const fields = [...chosen].map((field) =>
      this.#field(field, isOneOfSeveral || this.choices.onceIn(8) ? this.#alias() : "", depth),
    );
    return `{ __typename ${fields.join(" ")} }`;
  }

  #alias(): string {
    this.#aliases += 1;
    return `a${String(this.#aliases)}: `;
  }

  #value(type: GraphQLInputType, depth: number): Json {
    if (this.choices.onceIn(HOSTILE_ONCE_IN)) return hostileValue(this.choices);
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (isListType(type)) {
      return [
        this.#value(type.ofType, depth),
        ...this.choices.upTo(MAX_ITEMS - 1, () => this.#value(type.ofType, depth)),
      ];
    }
    if (isEnumType(type)) return this.choices.oneOf(type.getValues().map(({ name }) => name));
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || (depth < MAX_DEPTH && this.choices.onceIn(2)),
      );
      return Object.fromEntries(
        fields.map((field) => [field.name, this.#value(field.type, depth + 1)]),
      );
    }
    return this.choices.oneOf(SCALARS[type.name] ?? KNOWN_TEXTS);
  }
}
