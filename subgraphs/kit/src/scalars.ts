import {
  DomainError,
  parseCurrencyCode,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  parseUomCode,
} from "@crossdock/domain";
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";
import {
  GraphQLCurrency,
  GraphQLDateTimeISO,
  GraphQLJSON,
  GraphQLLocalDate,
} from "graphql-scalars";
import { InvalidLiteral } from "./invalid-literal.ts";
import { publicError } from "./public-error.ts";

const MAX_CURSOR_CHARACTERS = 128;

/**
 * The scalars of common.graphql. Inside the system each of them is the text that our domain types
 * are made of, so a resolver receives and returns `Instant`, `LocalDate`, `Decimal` and so on; no
 * scalar ever gives out a number.
 */
export const scalars: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime: textScalar("DateTime", GraphQLDateTimeISO.description, (text) => parseInstant(text)),
  Date: textScalar("Date", GraphQLLocalDate.description, (text) => parseLocalDate(text)),
  CurrencyCode: textScalar("CurrencyCode", GraphQLCurrency.description, parseCurrencyCode),
  Decimal: textScalar("Decimal", "A decimal number as text.", (text) => parseDecimal(text)),
  UomCode: textScalar("UomCode", "A unit of measure.", parseUomCode),
  EventCursor: textScalar("EventCursor", "A position in the event log.", parseOpaque),
  JSON: GraphQLJSON,
};

function textScalar(
  name: string,
  description: string | null | undefined,
  parse: (text: string) => string,
): GraphQLScalarType {
  return new GraphQLScalarType<string | InvalidLiteral, string>({
    name,
    description: description ?? null,
    serialize: (value) => {
      if (typeof value !== "string") throw new TypeError(`${name} is ${typeof value}, not text.`);
      return value;
    },
    parseValue: (value) => readText(name, textOfValue(value), parse),
    parseLiteral: (node) => {
      try {
        return readText(name, textOfLiteral(node), parse);
      } catch (error) {
        if (error instanceof GraphQLError) return new InvalidLiteral(error);
        throw error;
      }
    },
  });
}

function readText(name: string, text: string | null, parse: (text: string) => string): string {
  if (text === null) throw publicError(`${name} must be sent as text.`, "BAD_USER_INPUT");
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof DomainError) throw publicError(error.message, "BAD_USER_INPUT");
    throw error;
  }
}

/** A whole number is exact in JSON; a fraction is not, and has to come as text. */
function textOfValue(value: unknown): string | null {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : null;
}

/** The digits of a literal as they were written. */
function textOfLiteral(node: ValueNode): string | null {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.INT:
    case Kind.FLOAT:
      return node.value;
    default:
      return null;
  }
}

function parseOpaque(text: string): string {
  if (text === "" || text.length > MAX_CURSOR_CHARACTERS) {
    throw publicError("This cursor is not one of ours.", "BAD_USER_INPUT");
  }
  return text;
}
