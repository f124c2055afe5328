import { queryParseProblem } from "./problems.ts";

/** Dates and instants are compared as milliseconds. */
export type FieldValue = string | number | boolean | null;
export type Fields<R> = Readonly<Record<string, (row: R) => FieldValue>>;
type Predicate<R> = (row: R) => boolean;

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|guid\("[^"]*"\)|DateTime\([^)]*\)|&&|\|\||[=!<>]=|[=<>()]|-?\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_.]*)/iy;

/**
 * The part of the vendor's filter language that integrations use: comparisons of a field with a
 * text, number, boolean, null, `guid("…")` or `DateTime(y,m,d)`; `.StartsWith`, `.EndsWith`,
 * `.Contains`; AND, OR and parentheses. Text and GUIDs compare without regard to case.
 * @throws {ApiProblem} 400 for anything else
 */
export function parseWhere<R>(text: string, fields: Fields<R>): Predicate<R> {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at];
  const next = () => {
    const token = tokens[at];
    if (token === undefined) throw queryParseProblem("Expression expected");
    at += 1;
    return token;
  };
  const isOneOf = (token: string | undefined, ...words: string[]) =>
    token !== undefined && words.includes(token.toUpperCase());

  const parseOr = (): Predicate<R> => {
    let left = parseAnd();
    while (isOneOf(peek(), "OR", "||")) {
      next();
      const [first, second] = [left, parseAnd()];
      left = (row) => first(row) || second(row);
    }
    return left;
  };
  const parseAnd = (): Predicate<R> => {
    let left = parseTerm();
    while (isOneOf(peek(), "AND", "&&")) {
      next();
      const [first, second] = [left, parseTerm()];
      left = (row) => first(row) && second(row);
    }
    return left;
  };
  const parseTerm = (): Predicate<R> => {
    if (peek() !== "(") return parseComparison();
    next();
    const inner = parseOr();
    if (next() !== ")") throw queryParseProblem("')' expected");
    return inner;
  };
  const parseComparison = (): Predicate<R> => {
    const name = next();
    const method = /\.(StartsWith|EndsWith|Contains)$/i.exec(name)?.[1];
    if (method !== undefined)
      return parseMethod(fieldOf(name.slice(0, -method.length - 1)), method);
    const field = fieldOf(name);
    const operator = next();
    const wanted = literalOf(next());
    return (row) => compare(field(row), operator, wanted);
  };
  const parseMethod = (field: Fields<R>[string], method: string): Predicate<R> => {
    const [open, argument, close] = [next(), next(), next()];
    if (open !== "(" || close !== ")") throw queryParseProblem("'(' or operator expected");
    const wanted = String(literalOf(argument)).toLowerCase();
    const test = { startswith: "startsWith", endswith: "endsWith", contains: "includes" } as const;
    const check = test[method.toLowerCase() as keyof typeof test];
    return (row) => {
      const value = String(field(row) ?? "").toLowerCase();
      return value[check](wanted);
    };
  };
  const fieldOf = (name: string) => {
    const field = fields[name];
    if (field === undefined) throw queryParseProblem(`No property or field '${name}' exists`);
    return field;
  };

  const predicate = parseOr();
  if (peek() !== undefined) throw queryParseProblem(`Syntax error at '${String(peek())}'`);
  return predicate;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw queryParseProblem(`Syntax error at position ${String(from)}`);
    tokens.push(token);
  }
  return tokens;
}

function literalOf(token: string): FieldValue {
  if (token.startsWith('"')) return token.slice(1, -1).replace(/\\(.)/g, "$1").toLowerCase();
  const guid = /^guid\("([^"]*)"\)$/i.exec(token)?.[1];
  if (guid !== undefined) return guid.toLowerCase();
  const date = /^DateTime\(([^)]*)\)$/i.exec(token)?.[1];
  if (date !== undefined) return dateOf(date.split(",").map(Number));
  if (/^-?\d/.test(token)) return Number(token);
  const word = token.toLowerCase();
  if (word === "true" || word === "false") return word === "true";
  if (word === "null") return null;
  throw queryParseProblem(`No property or field '${token}' exists`);
}

function dateOf([year = NaN, month = NaN, day = NaN, hour = 0, minute = 0, second = 0]: number[]) {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Number.isNaN(ms)) throw queryParseProblem("No applicable constructor exists in 'DateTime'");
  return ms;
}

function compare(raw: FieldValue, operator: string, wanted: FieldValue): boolean {
  const value = typeof raw === "string" ? raw.toLowerCase() : raw;
  switch (operator) {
    case "==":
    case "=":
      return value === wanted;
    case "!=":
      return value !== wanted;
    default:
      if (value === null || wanted === null || typeof value !== typeof wanted) return false;
      return inOrder(value, operator, wanted);
  }
}

function inOrder(
  value: string | number | boolean,
  operator: string,
  wanted: string | number | boolean,
): boolean {
  switch (operator) {
    case ">":
      return value > wanted;
    case ">=":
      return value >= wanted;
    case "<":
      return value < wanted;
    case "<=":
      return value <= wanted;
    default:
      throw queryParseProblem(`Syntax error at '${operator}'`);
  }
}
