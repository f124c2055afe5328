import type { ErrorCode } from "@crossdock/domain";
import { leaksIn, type Secret } from "../src/secrets.ts";
import type { Attack } from "./attack.ts";
import type { Observation } from "./observation.ts";

/** Every code that a client is told of; the compiler misses here what is new in the catalogue. */
const CATALOGUE: Readonly<Record<ErrorCode, true>> & Readonly<Record<string, true>> = {
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  NOT_FOUND: true,
  BAD_USER_INPUT: true,
  SOURCE_UNAVAILABLE: true,
  COST_LIMIT: true,
  RATE_LIMITED: true,
  DEPTH_LIMIT: true,
  PERSISTED_QUERY_NOT_FOUND: true,
  PERSISTED_QUERY_REQUIRED: true,
  CURSOR_EXPIRED: true,
  SLOW_CONSUMER: true,
  SNAPSHOT_TOO_LARGE: true,
  SCHEMA_CHANGED: true,
  INTERNAL_SERVER_ERROR: true,
  GRAPHQL_PARSE_FAILED: true,
  GRAPHQL_VALIDATION_FAILED: true,
};
/** Known to the catalogue, and never right: whatever a client sends, this is our fault. */
const OUR_FAULT = "INTERNAL_SERVER_ERROR";
const SERVER_ERROR = 500;
/** A longer body is refused while it comes; the client may see the connection break. */
const CUT_IS_FAIR_BYTES = 1_000_000;

/** How an answer counts: by its status, and the code of its first error if it has one. */
export function kindOf({ status, texts, silence }: Observation): string {
  const code = texts.flatMap(errorsOf).map(codeOf)[0];
  return [silence ?? status ?? "no status", ...(code === undefined ? [] : [code])].join(" ");
}

/** @returns what is wrong with an answer, a sentence each; empty when nothing is */
export function judge(
  attack: Attack,
  observation: Observation,
  secrets: readonly Secret[],
): string[] {
  const { status, head, texts, silence } = observation;
  const isGraphql =
    attack.kind === "socket" || (attack.kind === "http" && isGraphqlPath(attack.path));
  const whole = [head, ...texts].join("\n");
  return [
    ...silenceFaults(attack, silence),
    ...leaksIn(whole, secrets).map((leak) => `The answer shows ${leak}.`),
    ...(isGraphql ? texts.flatMap((text) => errorsOf(text)).flatMap(codeFaults) : []),
    ...statusFaults(attack, status, texts, isGraphql),
  ];
}

function silenceFaults(attack: Attack, silence: Observation["silence"]): string[] {
  if (silence === null) return [];
  if (silence === "timeout") return ["No answer came in time."];
  const isLarge =
    attack.kind === "http" &&
    attack.body !== undefined &&
    "repeated" in attack.body &&
    attack.body.repeated.length * attack.body.times > CUT_IS_FAIR_BYTES;
  return isLarge ? [] : ["The connection was cut without an answer."];
}

function statusFaults(
  attack: Attack,
  status: number | null,
  texts: readonly string[],
  isGraphql: boolean,
): string[] {
  if (status === null || status < SERVER_ERROR) return [];
  const hasCode = isGraphql && texts.flatMap(errorsOf).some((error) => codeOf(error) !== null);
  // HTTP's own refusal of an upgrade or of a version that it does not know.
  if (hasCode || (attack.kind === "raw" && (status === 501 || status === 505))) return [];
  return [`Status ${String(status)} came without a code.`];
}

function codeFaults(error: unknown): string[] {
  const code = codeOf(error);
  if (code === null) return [`An error has no code: ${JSON.stringify(error).slice(0, 200)}`];
  if (!Object.hasOwn(CATALOGUE, code)) return [`The code ${code} is in no catalogue.`];
  return code === OUR_FAULT
    ? [`It is called our fault: ${JSON.stringify(error).slice(0, 300)}`]
    : [];
}

function isGraphqlPath(path: string): boolean {
  return path.split("?", 1)[0] === "/graphql";
}

function codeOf(error: unknown): string | null {
  const code = (error as { extensions?: { code?: unknown } } | null)?.extensions?.code;
  return typeof code === "string" ? code : null;
}

/** Of an answer, of a message of a socket, or of each event of a stream. */
function errorsOf(text: string): unknown[] {
  const events = [...text.matchAll(/^data: (.+)$/gm)].map(([, data = ""]) => data);
  return [text, ...events].flatMap((json) => {
    const result = parsed(json) as {
      errors?: unknown;
      payload?: { errors?: unknown } | readonly unknown[];
      type?: unknown;
    } | null;
    if (result === null || typeof result !== "object") return [];
    const { errors, payload, type } = result;
    if (Array.isArray(errors)) return errors as unknown[];
    if (type === "error" && Array.isArray(payload)) return payload as unknown[];
    const inner = (payload as { errors?: unknown } | undefined | null)?.errors;
    return type === "next" && Array.isArray(inner) ? (inner as unknown[]) : [];
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}
