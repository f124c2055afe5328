import { generate, literal, property } from "../generated-code.ts";
import type { PlainField, PlainRepresentation } from "./plain-representation.ts";
import type { RepresentationOf } from "./representation.ts";

/**
 * Functions made of text for one type, such as these for `{ __typename sku }`, which is told apart by `sku` alone:
 *
 *     function value0(o) { const v1 = o["sku"]; … return { "__typename": "Product", "sku": v1 }; }
 *     function text0(o) { return "{\"__typename\":\"Product\",\"sku\":" + json(o["sku"]) + "}"; }
 *     const key = (o) => o["sku"];
 *
 * Where there are more fields, the JSON tells apart.
 * @throws {Unsupported} a name that objects inherit
 */
export function generateRepresentation({
  typename,
  fields,
}: PlainRepresentation): RepresentationOf {
  const functions: string[] = [];
  const own = writeObject(fields, typename, functions);
  const [sole, ...others] = fields.filter(({ name }) => name !== "__typename");
  const isSole = sole !== undefined && sole.fields === null && others.length === 0;
  const key = isSole
    ? `(o) => o[${property(sole.name)}]`
    : `(o) => { const v = value${own}(o); return v === null ? undefined : text${own}(v); }`;
  const source = `
    ${functions.join("\n")}
    return { keyOf: ${key}, valueOf: value${own}, textOf: text${own} };`;
  return generate<RepresentationOf>(source, { json, listText });
}

/**
 * Adds `value…` and `text…` of an object with these fields. It has no value where one of them is missing.
 * @param typename what stands for its `__typename`, where that is known ahead
 * @returns what their names end with
 */
function writeObject(
  fields: readonly PlainField[],
  typename: string | null,
  functions: string[],
): string {
  const reads: string[] = [];
  const values: string[] = [];
  const texts: string[] = [];
  fields.forEach((field, index) => {
    const key = property(field.name);
    const separator = index === 0 ? "{" : ",";
    const before = literal(`${separator}${literal(field.name)}:`);
    if (field.name === "__typename" && typename !== null) {
      values.push(`${key}: ${literal(typename)}`);
      texts.push(before, literal(literal(typename)));
      return;
    }
    const read = `v${String(index)}`;
    reads.push(`const ${read} = o[${key}]; if (${read} === undefined) return null;`);
    if (field.fields === null) {
      values.push(`${key}: ${read}`);
      texts.push(before, `json(o[${key}])`);
      return;
    }
    const inner = writeObject(field.fields, null, functions);
    values.push(
      `${key}: Array.isArray(${read}) ? ${read}.map(value${inner}) : value${inner}(${read})`,
    );
    texts.push(
      before,
      `(Array.isArray(o[${key}]) ? listText(o[${key}], text${inner}) : text${inner}(o[${key}]))`,
    );
  });
  const suffix = String(functions.length);
  functions.push(`
    function value${suffix}(o) {
      if (o === null) return null;
      ${reads.join("\n")}
      return { ${values.join(", ")} };
    }
    function text${suffix}(o) {
      return o === null ? "null" : ${texts.join(" + ")} + "}";
    }`);
  return suffix;
}

function listText(
  values: readonly Readonly<Record<string, unknown>>[],
  textOf: (value: Readonly<Record<string, unknown>>) => string,
): string {
  return `[${values.map(textOf).join(",")}]`;
}

/** What of a text has to be escaped in JSON. */
// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function json(value: unknown): string {
  if (typeof value === "string" && !ESCAPED.test(value)) return `"${value}"`;
  return JSON.stringify(value) ?? "null";
}
