import type { Fields, Value } from "../data/row.ts";
import { badRequest, ODataError } from "./error.ts";
import { encodeEnum, enumMembers, type EntityFacts, type PropertyFacts } from "./facts.ts";

export type Input = {
  readonly fields: Fields;
  /** Records to insert with this one, by navigation. */
  readonly nested: Readonly<Record<string, readonly unknown[]>>;
};

/** Lengths of the table's fields, where a client is likely to meet them. */
const MAX_LENGTHS: Readonly<Record<string, number>> = {
  externalDocumentNumber: 35,
  description: 100,
  description2: 50,
  displayName: 100,
  shipToName: 100,
  shipToContact: 100,
  shipToAddressLine1: 100,
  shipToAddressLine2: 50,
  shipToCity: 30,
  shipToPostCode: 20,
  Document_No: 20,
  Description: 100,
};
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads a body against the set's properties.
 * @throws {ODataError} 400: unknown or read-only property, wrong type, too long, no such option
 */
export function readInput(
  facts: EntityFacts,
  body: unknown,
  navigations: readonly string[],
): Input {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw badRequest("The request body must be a JSON object.");
  }
  const fields: Record<string, Value> = {};
  const nested: Record<string, readonly unknown[]> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name.includes("@odata.")) continue;
    const property = facts.properties.get(name);
    if (property !== undefined) fields[name] = readValue(property, value);
    else if (navigations.includes(name) && Array.isArray(value)) nested[name] = value;
    else {
      throw badRequest(
        `The property '${name}' does not exist on type 'Microsoft.NAV.${facts.entityName}'. ` +
          "Make sure to only use property names that are defined by the type.",
      );
    }
  }
  return { fields, nested };
}

function readValue(property: PropertyFacts, value: unknown): Value {
  if (property.readOnly) throw badRequest(`Control '${property.name}' is read-only.`);
  switch (property.type) {
    case "Decimal":
      return typeof value === "number" ? value : wrongType(property, value);
    case "Int32":
      return Number.isInteger(value) ? Number(value) : wrongType(property, value);
    case "Boolean":
      return typeof value === "boolean" ? value : wrongType(property, value);
    case "Guid":
      return typeof value === "string" && GUID.test(value)
        ? value.toLowerCase()
        : wrongType(property, value);
    case "Date":
      return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)
        ? value
        : wrongType(property, value);
    case "Enum":
      return readOption(property, value);
    default:
      return readText(property, value);
  }
}

function readText(property: PropertyFacts, value: unknown): string {
  if (typeof value !== "string") return wrongType(property, value);
  const longest = MAX_LENGTHS[property.name];
  if (longest !== undefined && value.length > longest) {
    throw new ODataError(
      400,
      "Application_StringExceededLength",
      `The length of the string is ${String(value.length)}, but it must be less than or equal ` +
        `to ${String(longest)} characters. Value: ${value}.`,
    );
  }
  return property.type === "Code" ? value.trim().toUpperCase() : value;
}

function readOption(property: PropertyFacts, value: unknown): string {
  if (typeof value !== "string") return wrongType(property, value);
  const members = enumMembers(property.enumName ?? "");
  const known = [value, encodeEnum(value)].find((text) => members.includes(text));
  if (known !== undefined) return known;
  throw new ODataError(
    400,
    "Unknown",
    `'${value}' is not an option. The existing options are: ${members.join(",")}.`,
  );
}

function wrongType(property: PropertyFacts, value: unknown): never {
  const type = property.type === "Code" || property.type === "Enum" ? "String" : property.type;
  throw badRequest(
    `Cannot convert the literal '${String(value)}' to the expected type 'Edm.${type}'.`,
  );
}
