import {
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  getNamedType,
} from "graphql";
import type {
  GraphQLCompositeType,
  GraphQLEnumType,
  GraphQLLeafType,
  GraphQLObjectType,
  GraphQLOutputType,
} from "graphql";
import { generate, literal, property } from "../generated-code.ts";
import { collectFields } from "./collect-fields.ts";
import type { AnswerField, Passes, Selecting } from "./collect-fields.ts";
import { isIntegral, leafCheck, namesOfEnum } from "./leaf-checks.ts";
import { broken, DOUBT, refuseMoreThanMax } from "./shaping.ts";
import type { ShapedBy, ShapeObject } from "./shaping.ts";

/** What the source refers to as `enums`: the names of each enum. */
type AnswerSource = {
  /** Statements that end with the function of the root. */
  readonly body: string;
  readonly enums: readonly ReadonlySet<string>[];
  readonly isSplit: boolean;
};

/**
 * Makes of text the functions that make an answer of what was fetched. Each takes a value and `state`, and returns what stands
 * in the answer for it: null also where a null below it may not stand, and sets `state.isBroken` then. Where a value is
 * not what its type says, `DOUBT` is thrown.
 *
 * Objects are written as literals, all keys at once: V8 gives these a shape of their own, which `JSON.stringify` is quick with.
 * Text of documents comes into the source through `JSON.stringify` alone.
 * @throws {Unsupported} the stock executor has to do it
 */
export function writeAnswer(
  root: GraphQLObjectType,
  passes: Passes,
  selecting: Selecting,
): ShapedBy {
  const { body, enums, isSplit } = new AnswerWriter(selecting).write(root, passes);
  return { shape: generate<ShapeObject>(body, { DOUBT, broken, enums, isIntegral }), isSplit };
}

class AnswerWriter {
  readonly #selecting: Selecting;
  readonly #functions: string[] = [];
  /** Names of functions by what they are for: what several types have in common is written once. */
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<object, number>();
  readonly #enums = new Map<GraphQLEnumType, ReadonlySet<string>>();
  #isSplit = false;

  constructor(selecting: Selecting) {
    this.#selecting = selecting;
  }

  write(root: GraphQLObjectType, passes: Passes): AnswerSource {
    const name = this.#objectFunction(root, passes);
    const body = [...this.#functions, `return ${name};`].join("\n");
    return { body, enums: [...this.#enums.values()], isSplit: this.#isSplit };
  }

  /** The function of an object that is one: it makes the literal, or null where a key may not be null and is. */
  #objectFunction(type: GraphQLObjectType, passes: Passes): string {
    return this.#function(`object ${type.name}`, passes, () => {
      const { fields, needsTypename, isSplit } = collectFields(passes, type, this.#selecting);
      this.#isSplit ||= isSplit;
      const typename = literal(type.name);
      const unsaid = needsTypename ? "" : "typename !== undefined && ";
      const keys = fields.map(
        (field, index) => `${property(field.responseName)}: ${valueName(field, index, type)}`,
      );
      return [
        `(object, state) {`,
        `const typename = object.__typename;`,
        `if (${unsaid}typename !== ${typename}) throw DOUBT;`,
        ...fields.map((field, index) => this.#fieldStatements(field, index, type)),
        `return { ${keys.join(", ")} };`,
        `}`,
      ].join("\n");
    });
  }

  #fieldStatements(field: AnswerField, index: number, { name }: GraphQLObjectType): string {
    const key = property(field.responseName);
    if (field.kind === "typename") {
      if (field.responseName === "__typename") return "";
      return `if (object[${key}] != null && object[${key}] !== ${literal(name)}) throw DOUBT;`;
    }
    const value = `v${String(index)}`;
    const inner = getNullableType(field.type);
    return [
      `let ${value} = object[${key}];`,
      `${value} = ${value} == null ? null : ${this.#valueOf(inner, value, field.passes)};`,
      isNonNullType(field.type) ? `if (${value} === null) return broken(state);` : "",
    ].join("\n");
  }

  /** Source of an expression: what stands in the answer for a value that is not null. */
  #valueOf(type: GraphQLOutputType, value: string, passes: Passes): string {
    if (isLeafType(type)) {
      const check = this.#leafCheck(type, value);
      return check === null ? value : `${check} ? ${value} : broken(state)`;
    }
    return `${this.#valueFunction(type, passes)}(${value}, state)`;
  }

  #valueFunction(type: GraphQLOutputType, passes: Passes): string {
    if (isListType(type)) return this.#listFunction(type.ofType as GraphQLOutputType, passes);
    return this.#compositeFunction(getNamedType(type) as GraphQLCompositeType, passes);
  }

  /** The function of something that ought to be an object: it looks of which type it is. */
  #compositeFunction(type: GraphQLCompositeType, passes: Passes): string {
    return this.#function(`composite ${type.name}`, passes, () => {
      const isNone = `if (typeof value !== "object" || Array.isArray(value)) throw DOUBT;`;
      if (isObjectType(type)) {
        const name = this.#objectFunction(type, passes);
        return [`(value, state) {`, isNone, `return ${name}(value, state);`, `}`].join("\n");
      }
      const cases = this.#selecting.schema
        .getPossibleTypes(type)
        .map(
          (possible) =>
            `case ${literal(possible.name)}: return ${this.#objectFunction(possible, passes)}(value, state);`,
        );
      return [
        `(value, state) {`,
        isNone,
        `switch (value.__typename) {`,
        ...cases,
        `default: throw DOUBT;`,
        `}`,
        `}`,
      ].join("\n");
    });
  }

  /** Of leaves that are all right the very list is handed on. */
  #listFunction(entryType: GraphQLOutputType, passes: Passes): string {
    return this.#function(`list ${String(entryType)}`, passes, () => {
      const inner = getNullableType(entryType);
      const isCopied = !isLeafType(inner);
      return [
        `(values, state) {`,
        `if (!Array.isArray(values)) throw DOUBT;`,
        `const length = values.length;`,
        isCopied ? `const entries = new Array(length);` : `let entries = values;`,
        `let hasGap = false;`,
        `for (let index = 0; index < length; index += 1) {`,
        `const value = values[index];`,
        `if (value === undefined) throw DOUBT;`,
        `const entry = value === null ? null : ${this.#valueOf(inner, "value", passes)};`,
        isCopied
          ? `entries[index] = entry;`
          : `if (entry !== value) { if (entries === values) entries = values.slice(); entries[index] = entry; }`,
        isNonNullType(entryType) ? `if (entry === null) hasGap = true;` : "",
        `}`,
        isNonNullType(entryType) ? `if (hasGap) return broken(state);` : "",
        `return entries;`,
        `}`,
      ].join("\n");
    });
  }

  #leafCheck(type: GraphQLLeafType, value: string): string | null {
    return leafCheck(type, value, (enumType) => {
      if (!this.#enums.has(enumType)) this.#enums.set(enumType, namesOfEnum(enumType));
      return `enums[${String([...this.#enums.keys()].indexOf(enumType))}]`;
    });
  }

  /** @param write the parameters and the body; called once for the purpose and the passes */
  #function(purpose: string, passes: Passes, write: () => string): string {
    const key = `${purpose} ${JSON.stringify(passes.map((sets) => sets.map((set) => this.#idOf(set))))}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    refuseMoreThanMax(this.#names.size + 1);
    const name = `f${String(this.#names.size)}`;
    this.#names.set(key, name);
    this.#functions.push(`function ${name}${write()}`);
    return name;
  }

  #idOf(set: object): number {
    const id = this.#ids.get(set) ?? this.#ids.size;
    this.#ids.set(set, id);
    return id;
  }
}

function valueName(field: AnswerField, index: number, { name }: GraphQLObjectType): string {
  return field.kind === "typename" ? literal(name) : `v${String(index)}`;
}
