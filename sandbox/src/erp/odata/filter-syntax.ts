import { badRequest, ODataError } from "./error.ts";

export type Literal = string | number | boolean | null;
export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";
export type TextFunction = "startswith" | "endswith" | "contains";

export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | {
      readonly kind: "compare";
      readonly property: string;
      readonly operator: Comparison;
      readonly value: Literal;
      /** A literal in quotes; a bare word is a GUID, a date, a number or a keyword. */
      readonly quoted: boolean;
    }
  | { readonly kind: "in"; readonly property: string; readonly values: readonly Literal[] }
  | {
      readonly kind: "text";
      readonly name: TextFunction;
      readonly property: string;
      readonly value: string;
    }
  /** `any` and `all`: the service takes them and does not look at them. */
  | { readonly kind: "ignored" };

type Token = { readonly kind: "text" | "word" | "mark"; readonly text: string };

const TOKEN = /\s*(?:'((?:[^']|'')*)'|([(),])|([^\s(),']+))/y;
const COMPARISONS: ReadonlySet<string> = new Set(["eq", "ne", "gt", "ge", "lt", "le"]);
const FUNCTIONS: ReadonlySet<string> = new Set(["startswith", "endswith", "contains"]);
/** The schema version from which `in` is understood. */
const IN_SCHEMA_VERSION = "2.1";

/**
 * Reads the part of the OData grammar that Business Central understands.
 * @throws {ODataError} 400 for anything else, and for `or` between different fields
 */
export function parseFilter(source: string, schemaVersion: string | undefined): Filter {
  const tokens = tokenize(source);
  let at = 0;
  const fail = () => badRequest(`Syntax error at position ${String(at)} in '${source}'.`);
  const peek = () => tokens[at];
  const next = (): Token => {
    const token = tokens[at];
    if (token === undefined) throw fail();
    at += 1;
    return token;
  };
  const expectMark = (text: string) => {
    const token = next();
    if (token.kind !== "mark" || token.text !== text) throw fail();
  };
  const takeWord = (text: string): boolean => {
    const token = peek();
    if (token?.kind !== "word" || token.text !== text) return false;
    at += 1;
    return true;
  };

  const disjunction = (): Filter => {
    let left = conjunction();
    while (takeWord("or")) left = requireOneField({ kind: "or", left, right: conjunction() });
    return left;
  };
  const conjunction = (): Filter => {
    let left = term();
    while (takeWord("and")) left = { kind: "and", left, right: term() };
    return left;
  };
  const term = (): Filter => {
    const token = next();
    if (token.kind === "mark" && token.text === "(") {
      const inner = disjunction();
      expectMark(")");
      return inner;
    }
    if (token.kind !== "word") throw fail();
    if (/\/(any|all)$/.test(token.text)) return skipLambda();
    if (FUNCTIONS.has(token.text)) return textFunction(token.text as TextFunction);
    return comparison(token.text);
  };
  const comparison = (property: string): Filter => {
    const operator = next().text;
    if (operator === "in") return membership(property);
    if (!COMPARISONS.has(operator)) throw unsupported(operator);
    const value = next();
    return {
      kind: "compare",
      property,
      operator: operator as Comparison,
      value: literal(value),
      quoted: value.kind === "text",
    };
  };
  const membership = (property: string): Filter => {
    if (schemaVersion !== IN_SCHEMA_VERSION) throw unsupported("in");
    const values: Literal[] = [];
    expectMark("(");
    do values.push(literal(next()));
    while (takeMark(","));
    expectMark(")");
    return { kind: "in", property, values };
  };
  const textFunction = (name: TextFunction): Filter => {
    expectMark("(");
    const property = next().text;
    expectMark(",");
    const value = next();
    if (value.kind !== "text") throw fail();
    expectMark(")");
    return { kind: "text", name, property, value: value.text };
  };
  const takeMark = (text: string): boolean => {
    const token = peek();
    if (token?.kind !== "mark" || token.text !== text) return false;
    at += 1;
    return true;
  };
  const skipLambda = (): Filter => {
    expectMark("(");
    for (let depth = 1; depth > 0;) {
      const { kind, text } = next();
      if (kind === "mark" && text === "(") depth += 1;
      if (kind === "mark" && text === ")") depth -= 1;
    }
    return { kind: "ignored" };
  };

  const filter = disjunction();
  if (at < tokens.length) throw fail();
  return filter;
}

/** @returns every property that the filter looks at. */
export function propertiesOf(filter: Filter): ReadonlySet<string> {
  switch (filter.kind) {
    case "and":
    case "or":
      return new Set([...propertiesOf(filter.left), ...propertiesOf(filter.right)]);
    case "ignored":
      return new Set();
    default:
      return new Set([filter.property]);
  }
}

/** An `or` becomes one filter on one field; the server has no way to say it about two. */
function requireOneField(filter: Filter): Filter {
  const properties = [...propertiesOf(filter)];
  if (properties.length <= 1) return filter;
  throw badRequest(
    `The OR operator is not supported on distinct fields on an OData filter: ${properties.join(", ")}.`,
  );
}

function unsupported(operator: string): ODataError {
  const message = `The operator '${operator}' is not supported in a filter expression.`;
  return new ODataError(400, "BadRequest_MethodNotImplemented", message);
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== "") {
    const at = TOKEN.lastIndex;
    const [, text, mark, word] = TOKEN.exec(source) ?? [];
    if (text !== undefined) tokens.push({ kind: "text", text: text.replaceAll("''", "'") });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else throw badRequest(`Syntax error at position ${String(at)} in '${source}'.`);
  }
  return tokens;
}

function literal(token: Token): Literal {
  if (token.kind === "text") return token.text;
  if (token.text === "true" || token.text === "false") return token.text === "true";
  if (token.text === "null") return null;
  return /^-?\d+(\.\d+)?$/.test(token.text) ? Number(token.text) : token.text;
}
