import type { EntityFacts } from "../odata/facts.ts";

/** A value as the wire carries it. Decimals are JSON numbers there, as in the real service. */
export type Value = string | number | boolean;
export type Fields = { readonly [property: string]: Value };

/** One record. A document keeps its lines with it: they are written in one transaction. */
export type Row = {
  readonly version: number;
  readonly fields: Fields;
  readonly lines?: readonly Row[];
};

export const NULL_GUID = "00000000-0000-0000-0000-000000000000";
export const NULL_DATE = "0001-01-01";

/** A blank record of each set: copying one is much cheaper than building it anew. */
const blanks = new WeakMap<EntityFacts, Fields>();

/** @returns every property of the set, in the contract's order; blank where `known` has none. */
export function fillFields(facts: EntityFacts, known: Fields): Fields {
  const fields: Record<string, Value> = { ...blankOf(facts) };
  for (const name in known) {
    const value = known[name];
    if (value !== undefined && facts.properties.has(name)) fields[name] = value;
  }
  return fields;
}

function blankOf(facts: EntityFacts): Fields {
  const ready = blanks.get(facts);
  if (ready !== undefined) return ready;
  const fields: Record<string, Value> = {};
  for (const { name, type } of facts.properties.values()) fields[name] = blank(type);
  blanks.set(facts, fields);
  return fields;
}

export function textOf(fields: Fields, property: string): string {
  return String(fields[property] ?? "");
}

export function numberOf(fields: Fields, property: string): number {
  return Number(fields[property] ?? 0);
}

/** The weak etag of one version of a record. */
export function etagOf(row: Row): string {
  return `W/"${Buffer.from(`19;${String(row.version)};`).toString("base64")}"`;
}

function blank(type: string): Value {
  switch (type) {
    case "Guid":
      return NULL_GUID;
    case "Date":
      return NULL_DATE;
    case "DateTimeOffset":
      return `${NULL_DATE}T00:00:00Z`;
    case "Decimal":
    case "Int32":
    case "Int64":
      return 0;
    case "Boolean":
      return false;
    case "Enum":
      return "_x0020_";
    default:
      return "";
  }
}
