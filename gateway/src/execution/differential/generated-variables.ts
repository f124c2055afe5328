import { isInputObjectType, isListType, isNonNullType } from "graphql";
import type { GraphQLInputType } from "graphql";
import { generateValue, literalOf } from "./generated-values.ts";
import type { Draws } from "./seeded-draws.ts";

type Declared = {
  readonly name: string;
  readonly type: string;
  readonly text: string;
  readonly value: (draws: Draws) => unknown;
};

/** Names that executors have a use for themselves, or that every object has. */
const ODD_NAMES = ["representations", "__proto__", "constructor"];

/** The variables of one operation: they are declared as its arguments and conditions come to need them. */
export class GeneratedVariables {
  readonly #declared: Declared[] = [];
  readonly #draws: Draws;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** What stands for a value of the type: a literal, or a variable. */
  write(type: GraphQLInputType): string {
    if (this.#draws.chance(0.5)) return this.#variable(type);
    const value = generateValue(type, this.#draws);
    return this.#withVariables(value, type);
  }

  /** `@include` or `@skip`, sometimes both, mostly none. */
  condition(): string {
    if (!this.#draws.chance(0.1)) return "";
    const conditions = this.#draws.chance(0.1)
      ? ["skip", "include"]
      : [this.#draws.oneOf(["skip", "include"])];
    return conditions.map((name) => ` @${name}(if: ${this.#flag()})`).join("");
  }

  /** `($v0: Int = 1)`, or nothing. */
  declarations(): string {
    if (this.#declared.length === 0) return "";
    return `(${this.#declared.map(({ text }) => text).join(", ")})`;
  }

  /** What a client sends of them: other values each time, and of those that need none not always one. */
  values(draws: Draws): Readonly<Record<string, unknown>> {
    const given = this.#declared.map(({ name, value }) => [name, value(draws)] as const);
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  }

  #flag(): string {
    const draws = this.#draws;
    if (draws.chance(0.2)) return String(draws.chance(0.5));
    const known = this.#declared.filter(({ type }) => type === "Boolean!");
    if (known.length > 0 && draws.chance(0.5)) return `$${draws.oneOf(known).name}`;
    const name = this.#newName();
    const hasDefault = draws.chance(0.3);
    const isNullable = hasDefault && draws.chance(0.3); // then it may be null all the same
    const preset = hasDefault ? ` = ${String(draws.chance(0.5))}` : "";
    this.#declared.push({
      name,
      type: "Boolean!",
      text: `$${name}: Boolean${isNullable ? "" : "!"}${preset}`,
      value: (each) => {
        if (hasDefault && each.chance(0.5)) return undefined;
        return isNullable && each.chance(0.1) ? null : each.chance(0.5);
      },
    });
    return `$${name}`;
  }

  #newName(): string {
    const name = this.#draws.chance(0.005) ? this.#draws.oneOf(ODD_NAMES) : "";
    const isFree = this.#declared.every((declared) => declared.name !== name);
    return name !== "" && isFree ? name : `v${String(this.#declared.length)}`;
  }

  #variable(type: GraphQLInputType): string {
    const draws = this.#draws;
    const text = String(type);
    const known = this.#declared.filter((declared) => declared.type === text);
    if (known.length > 0 && draws.chance(0.3)) return `$${draws.oneOf(known).name}`;
    const name = this.#newName();
    const hasDefault = draws.chance(0.25);
    const preset = hasDefault ? ` = ${literalOf(generateValue(type, draws), type)}` : "";
    const isNeeded = isNonNullType(type) && !hasDefault;
    this.#declared.push({
      name,
      type: text,
      text: `$${name}: ${text}${preset}`,
      value: (each) => {
        if (each.chance(0.01)) return { none: "of its kind" };
        return isNeeded || each.chance(0.75) ? generateValue(type, each) : undefined;
      },
    });
    return `$${name}`;
  }

  /** Variables stand within inputs and lists, too. */
  #withVariables(value: unknown, type: GraphQLInputType): string {
    const nullable = isNonNullType(type) ? (type.ofType as GraphQLInputType) : type;
    if (value === null || this.#draws.chance(0.6)) return literalOf(value, type);
    if (isListType(nullable) && Array.isArray(value)) {
      const itemType = nullable.ofType as GraphQLInputType;
      return `[${value.map((item) => this.#withVariables(item, itemType)).join(", ")}]`;
    }
    if (!isInputObjectType(nullable)) return this.#variable(type);
    const fields = nullable.getFields();
    const written = Object.entries(value as object).flatMap(([name, inner]: [string, unknown]) => {
      const field = fields[name];
      return field === undefined ? [] : [`${name}: ${this.#withVariables(inner, field.type)}`];
    });
    return `{ ${written.join(", ")} }`;
  }
}
