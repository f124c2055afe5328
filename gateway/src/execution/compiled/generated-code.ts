import { Unsupported } from "./unsupported.ts";

/**
 * Whether this process may make functions of text. It may not under `--disallow-code-generation-from-strings`; what is
 * compiled is then made of closures, which do the same and take longer.
 */
export const CAN_GENERATE_CODE: boolean = probe();

function probe(): boolean {
  try {
    return (new Function("return true") as () => boolean)();
  } catch {
    return false;
  }
}

/**
 * A function made of text.
 * @param source statements that end with `return` of the function. Names that came from outside are in it as what
 *   `literal` and `property` wrote, and in no other way
 * @param bound what the text refers to by name
 */
export function generate<Made>(source: string, bound: Readonly<Record<string, unknown>>): Made {
  const make = new Function(...Object.keys(bound), `"use strict";\n${source}`) as (
    ...values: unknown[]
  ) => Made;
  return make(...Object.values(bound));
}

/** A value as source text. */
export function literal(value: string | number | boolean | null): string {
  return JSON.stringify(value);
}

/**
 * A response name as source text, to stand in brackets or as the key of an object literal.
 * @throws {Unsupported} objects inherit something of that name
 */
export function property(name: string): string {
  return literal(plainName(name));
}

/**
 * A name under which a plain object has only what was put there.
 * @throws {Unsupported} objects inherit something of that name
 */
export function plainName(name: string): string {
  if (name in Object.prototype) throw new Unsupported("name", `the name ${name}`);
  return name;
}
