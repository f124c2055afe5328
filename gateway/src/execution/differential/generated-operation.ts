import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  OperationTypeNode,
  parse,
  validate,
} from "graphql";
import type { DocumentNode, GraphQLCompositeType, GraphQLField, GraphQLSchema } from "graphql";
import { GeneratedVariables } from "./generated-variables.ts";
import type { Draws } from "./seeded-draws.ts";
import { hashOf } from "./seeded-draws.ts";

/** What a client sends of an operation. */
export type GeneratedOperation = {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
};

/** One for each time that the operation is asked for. */
export type GivenVariables = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 5;
const MAX_ROOT_FIELDS = 3;
const MAX_SELECTIONS = 4;
/** Of a whole operation with its fragments. */
const MAX_FIELDS = 30;
const MAX_FRAGMENTS = 4;
/** What is generated may ask for one name in two ways: then another one is. */
const MAX_TRIES = 40;
const MUTATIONS = 0.18;
const SUBSCRIPTIONS = 0.12;
const INTROSPECTIONS = 0.01;
/** Aliases that several fields come to share, some of them names that fields have. */
const COMMON_ALIASES = ["a", "b", "id", "name"];
/** Aliases that mean something to an executor, or that every object has. */
const ODD_NAMES = ["constructor", "toString", "__proto__", "hasOwnProperty", "__typename"];

/** Each operation is asked for so often: what is kept of it has to serve for other values. */
const TIMES = 2;

/**
 * An operation that is valid against a schema: fields by aliases and several times over, fragments named and inline on types
 * and interfaces, conditions, variables with and without values, several roots, several operations in one document.
 * @throws {Error} none came out valid in forty tries
 */
export function generateOperation(
  schema: GraphQLSchema,
  draws: Draws,
): { readonly operation: GeneratedOperation; readonly given: readonly GivenVariables[] } {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { text, operationName, valuesOf } = new OperationWriter(schema, draws).write();
    const document = parse(text, { noLocation: true });
    if (validate(schema, document).length > 0) continue;
    const given = Array.from({ length: TIMES }, () => valuesOf(draws));
    return { operation: { text, document, operationName }, given };
  }
  throw new Error("No operation of forty was valid.");
}

type Fragment = { readonly name: string; readonly on: GraphQLCompositeType; readonly text: string };

class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #draws: Draws;
  readonly #variables: GeneratedVariables;
  readonly #fragments: Fragment[] = [];
  #fields = 0;
  #fragmentsBegun = 0;

  constructor(schema: GraphQLSchema, draws: Draws) {
    this.#schema = schema;
    this.#draws = draws;
    this.#variables = new GeneratedVariables(draws);
  }

  write(): Omit<GeneratedOperation, "document"> & {
    readonly valuesOf: (draws: Draws) => GivenVariables;
  } {
    const draws = this.#draws;
    const kind = this.#drawKind();
    const root = this.#schema.getRootType(kind);
    if (root == null) throw new Error(`The schema has no ${kind}.`);
    const selections =
      kind === OperationTypeNode.SUBSCRIPTION
        ? [this.#field(draws.oneOf(Object.values(root.getFields())), 1, "")]
        : Array.from({ length: 1 + draws.below(MAX_ROOT_FIELDS) }, () => this.#selection(root, 1));
    if (kind === OperationTypeNode.QUERY && draws.chance(INTROSPECTIONS)) {
      selections.push("__schema { queryType { name } }");
    }
    const name = draws.chance(0.5) ? "Asked" : "";
    const hasOther = name !== "" && draws.chance(0.2);
    const operation = `${kind} ${name}${this.#variables.declarations()} { ${selections.join(" ")} }`;
    const text = [
      operation,
      ...(hasOther ? ["query Other { __typename }"] : []),
      ...this.#fragments.map(({ text: fragment }) => fragment),
    ].join("\n");
    const isTold = hasOther || (name !== "" && draws.chance(0.5));
    return {
      text,
      operationName: isTold ? name : undefined,
      valuesOf: (each) => this.#variables.values(each),
    };
  }

  #drawKind(): OperationTypeNode {
    const { MUTATION, QUERY, SUBSCRIPTION } = OperationTypeNode;
    const kind = this.#draws.chance(MUTATIONS)
      ? MUTATION
      : this.#draws.chance(SUBSCRIPTIONS)
        ? SUBSCRIPTION
        : QUERY;
    return this.#schema.getRootType(kind) == null ? QUERY : kind;
  }

  #selectionSet(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + this.#draws.below(MAX_SELECTIONS);
    const selections = Array.from({ length: count }, () => this.#selection(type, depth));
    return `{ ${selections.join(" ")} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const draws = this.#draws;
    const isDeep = depth >= MAX_DEPTH || this.#fields >= MAX_FIELDS;
    const inlineShare = isAbstractType(type) ? 0.45 : 0.1;
    if (!isDeep && draws.chance(inlineShare)) return this.#inline(type, depth);
    if (!isDeep && draws.chance(0.1)) return this.#spread(type, depth);
    const fields = isUnionType(type) ? [] : this.#open(type, isDeep);
    if (fields.length === 0 || draws.chance(0.06)) {
      return `${draws.chance(0.3) ? "kind: " : ""}__typename${this.#variables.condition()}`;
    }
    return this.#field(draws.oneOf(fields), depth);
  }

  #open(
    type: Extract<GraphQLCompositeType, { getFields: unknown }>,
    isDeep: boolean,
  ): readonly GraphQLField<unknown, unknown>[] {
    const fields = Object.values(type.getFields());
    const objects = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    if (isDeep) return fields.filter((field) => !objects.includes(field));
    return objects.length > 0 && this.#draws.chance(0.4) ? objects : fields;
  }

  #field(
    field: GraphQLField<unknown, unknown>,
    depth: number,
    condition = this.#variables.condition(),
  ): string {
    this.#fields += 1;
    const given = field.args.filter(
      (argument) => isRequiredArgument(argument) || this.#draws.chance(0.3),
    );
    const args = given
      .map((argument) => `${argument.name}: ${this.#variables.write(argument.type)}`)
      .join(", ");
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? ` ${this.#selectionSet(named, depth + 1)}` : "";
    const alias = this.#aliasOf(field, args);
    return `${alias}${field.name}${args === "" ? "" : `(${args})`}${condition}${below}`;
  }

  /** What is asked for with other arguments has another name, mostly. */
  #aliasOf(field: GraphQLField<unknown, unknown>, args: string): string {
    const draws = this.#draws;
    if (draws.chance(0.03)) return `${draws.oneOf(COMMON_ALIASES)}: `;
    if (draws.chance(0.001)) return `${draws.oneOf(ODD_NAMES)}: `;
    if (args === "" && draws.chance(0.85)) return "";
    return `${field.name}${String(hashOf(`${String(field.type)} ${args}`) % 100)}: `;
  }

  #inline(type: GraphQLCompositeType, depth: number): string {
    const condition = this.#variables.condition();
    if (this.#draws.chance(0.1)) return `...${condition} ${this.#selectionSet(type, depth + 1)}`;
    const on = this.#draws.oneOf(this.#relatedTo(type));
    return `... on ${on.name}${condition} ${this.#selectionSet(on, depth + 1)}`;
  }

  #spread(type: GraphQLCompositeType, depth: number): string {
    const draws = this.#draws;
    const related = this.#relatedTo(type);
    const known = this.#fragments.filter(({ on }) => related.includes(on));
    if (known.length > 0 && draws.chance(0.6)) {
      return `...${draws.oneOf(known).name}${this.#variables.condition()}`;
    }
    if (this.#fragmentsBegun >= MAX_FRAGMENTS) return "__typename";
    const name = `F${String(this.#fragmentsBegun)}`;
    this.#fragmentsBegun += 1;
    const on = draws.oneOf(related);
    const text = `fragment ${name} on ${on.name} ${this.#selectionSet(on, depth + 1)}`;
    this.#fragments.push({ name, on, text }); // only now: what is within it cannot spread it
    return `...${name}${this.#variables.condition()}`;
  }

  /** The type itself, and what an object of it can be besides. */
  #relatedTo(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const schema = this.#schema;
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const abstract = Object.values(schema.getTypeMap()).filter(
      (other) =>
        (isInterfaceType(other) || isUnionType(other)) &&
        objects.some((object) => isObjectType(object) && schema.isSubType(other, object)),
    ) as GraphQLCompositeType[];
    return [...new Set<GraphQLCompositeType>([type, ...objects, ...abstract])];
  }
}
