import { GraphQLError, Kind, parse, specifiedRules, validate } from "graphql";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { z } from "zod";
import type { GatewayLimits } from "../limits.ts";
import type { ClientPolicy } from "../policy/client-policies.ts";
import { findExcess } from "../policy/document-limits.ts";
import type { ManifestOperation } from "./persisted-operations.ts";
import { MAX_OPERATION_BYTES, MAX_OPERATION_TOKENS } from "./safelist.ts";
import type { WorstCaseTable } from "./source-calls.ts";
import { worstCaseOf } from "./worst-case.ts";
import type { WorstCase } from "./worst-case.ts";

/** Of one manifest. */
export const MAX_MANIFEST_OPERATIONS = 500;
/** Of all bodies of one manifest, in UTF-8. */
export const MAX_MANIFEST_BYTES = 2 * 1024 * 1024;
const MAX_ID_CHARACTERS = 256;
const MAX_NAME_CHARACTERS = 200;
/** Reasons that are told for one operation. */
const MAX_REASONS = 5;

export type JudgedOperation = ManifestOperation & WorstCase;

export type JudgedManifest = {
  /** Why it is refused, a sentence each that names the operation; empty when it is good. */
  readonly problems: readonly string[];
  /** Those that can be run, each with what it may cost at most. */
  readonly operations: readonly JudgedOperation[];
};

/** What the client may spend. */
export type ManifestBudget = Pick<ClientPolicy, "pointsPerMinute" | "sourceCallsPerMinute">;

export type JudgeParts = {
  /** What the client sees. */
  readonly schema: GraphQLSchema;
  /** With the directives of the supergraph. */
  readonly supergraphSchema: GraphQLSchema;
  readonly limits: GatewayLimits;
  readonly table: WorstCaseTable;
};

const manifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z
    .array(
      z.object({
        id: z.string().min(1).max(MAX_ID_CHARACTERS),
        name: z.string().min(1).max(MAX_NAME_CHARACTERS),
        type: z.enum(["query", "mutation", "subscription"]),
        body: z.string().min(1),
      }),
    )
    .min(1)
    .max(MAX_MANIFEST_OPERATIONS),
});

/**
 * Reads a manifest in the format of Apollo's generator and says what its operations may cost at most: each has to be valid
 * for its client, within the limits of any operation, and within the client's budget of a minute.
 */
export function judgeManifest(
  raw: unknown,
  budget: ManifestBudget,
  parts: JudgeParts,
): JudgedManifest {
  const read = manifest.safeParse(raw);
  if (!read.success) {
    const told = read.error.issues.slice(0, MAX_REASONS);
    return {
      problems: told.map(({ path, message }) => `The manifest, ${path.join(".")}: ${message}.`),
      operations: [],
    };
  }
  const { operations } = read.data;
  const bytes = operations.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  if (bytes > MAX_MANIFEST_BYTES) {
    const problem = `The manifest has ${String(bytes)} bytes of operations; at most ${String(MAX_MANIFEST_BYTES)} are taken.`;
    return { problems: [problem], operations: [] };
  }
  const problems = repeatedIds(operations);
  const judged: JudgedOperation[] = [];
  for (const operation of operations) {
    const found = judgeOperation(operation, budget, parts);
    const named = `${operation.name} (${operation.id})`;
    problems.push(...found.reasons.slice(0, MAX_REASONS).map((reason) => `${named}: ${reason}`));
    if (found.worst !== null) judged.push({ ...operation, ...found.worst });
  }
  return { problems, operations: judged };
}

function repeatedIds(operations: readonly ManifestOperation[]): string[] {
  const seen = new Set<string>();
  return operations.flatMap(({ id, name }) => {
    if (seen.has(id)) return [`${name} (${id}): another operation has the same id.`];
    seen.add(id);
    return [];
  });
}

type Found = { readonly reasons: readonly string[]; readonly worst: WorstCase | null };

function judgeOperation(
  operation: ManifestOperation,
  budget: ManifestBudget,
  { schema, supergraphSchema, limits, table }: JudgeParts,
): Found {
  const refused = (...reasons: readonly string[]): Found => ({ reasons, worst: null });
  if (Buffer.byteLength(operation.body) > MAX_OPERATION_BYTES) {
    return refused(`it is longer than ${String(MAX_OPERATION_BYTES)} bytes.`);
  }
  const document = read(operation.body, Math.min(limits.maxTokens, MAX_OPERATION_TOKENS));
  if (document instanceof GraphQLError) return refused(document.message);
  const [only, ...others] = document.definitions.filter(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (only === undefined || others.length > 0) return refused("its body is not one operation.");
  if (only.name?.value !== operation.name || only.operation !== operation.type) {
    return refused(
      `its body is the ${only.operation} ${only.name?.value ?? "without a name"}, not the ${operation.type} ${operation.name}.`,
    );
  }
  const invalid = [...validated(schema, document), ...findExcess(document, limits)];
  if (invalid.length > 0) return refused(...invalid.map(({ message }) => message));
  const worst = worstCaseOf(supergraphSchema, document, table);
  return { worst, reasons: overBudget(worst, budget, limits) };
}

function overBudget(
  { points, sourceCalls }: WorstCase,
  { pointsPerMinute, sourceCallsPerMinute }: ManifestBudget,
  { maxOperationPoints }: GatewayLimits,
): readonly string[] {
  const check = (actual: number, max: number | null, unit: string, whose: string) =>
    max === null || actual <= max
      ? []
      : [`it may cost ${String(actual)} ${unit}; ${whose} ${String(max)}.`];
  return [
    ...check(points, maxOperationPoints, "points", "an operation may cost"),
    ...check(points, pointsPerMinute, "points", "the client may spend in a minute"),
    ...check(sourceCalls, sourceCallsPerMinute, "source calls", "the client may spend in a minute"),
  ];
}

function read(body: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(body, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** graphql-js throws from some rules of subscriptions instead of reporting. */
function validated(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    return validate(schema, document, specifiedRules);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}
