import { GraphQLError, Kind, parse, specifiedRules, validate } from "graphql";
import type { DocumentNode, GraphQLSchema } from "graphql";
import type { Audience } from "../policy/client-policies.ts";
import { coordinatesVariablesMayHold, shapeOf, type Coordinate } from "../usage/coordinates.ts";
import { findChanges, isAffected, type Affected, type Change } from "./changes.ts";
import type { KnownUse, PromotedOperation, RecordedUse } from "./known-use.ts";
import type { PublicSchema } from "./public-schema.ts";

/** Somebody whom a change concerns. */
export type Concerned = {
  readonly clientId: string;
  readonly operationName: string | null;
  /** `manifest`: it is promoted; `usage`: it was run, `count` times, last on `lastUsedOn`. */
  readonly known: "manifest" | "usage";
  readonly count: number | null;
  readonly lastUsedOn: string | null;
};

/** `breaks`: refused; `warns`: somebody may notice and nobody is refused; `passes`: nobody known uses it. */
export type Verdict = "breaks" | "warns" | "passes";

export type JudgedChange = Omit<Change, "affects"> & {
  readonly verdict: Verdict;
  readonly concerned: readonly Concerned[];
};

/** A promoted operation that is not valid any more, and why; one sentence each. */
export type BrokenOperation = {
  readonly clientId: string;
  readonly operationName: string;
  readonly reasons: readonly string[];
};

export type Judgement = {
  readonly changes: readonly JudgedChange[];
  readonly broken: readonly BrokenOperation[];
  /** Promoted operations that are not valid before the change either: no judge of it. */
  readonly brokenBefore: readonly BrokenOperation[];
};

/**
 * Judges what serving `after` in place of `before` means for those who are known to use it. A promoted operation has to be
 * valid after it, in its client's contract; what validation cannot see (a field that may be null now, an input field that is asked for) is found
 * by the places that the operation asks for. What a client may give in variables counts as given, unless it has run the
 * operation and never gave it.
 */
export async function judgeChanges(
  before: PublicSchema,
  after: PublicSchema,
  use: KnownUse,
): Promise<Judgement> {
  const changes = await findChanges(before, after);
  const promoted = use.promoted.flatMap((each) => readPromoted(each, before, use.recorded));
  const valid = promoted.filter(({ reasons }) => reasons.length === 0);
  const invalid = valid
    .map((operation) => ({
      operation,
      errors: problemsOf(operation.document, schemaFor(operation, after)),
    }))
    .filter(({ errors }) => errors.length > 0);
  return {
    changes: changes.map((change) => judge(change, valid, use)),
    broken: invalid.map(({ operation, errors }) => ({
      clientId: operation.clientId,
      operationName: operation.operationName,
      reasons: reasonsFor(operation, changes) ?? errors,
    })),
    brokenBefore: promoted
      .filter(({ reasons }) => reasons.length > 0)
      .map(({ clientId, operationName, reasons }) => ({ clientId, operationName, reasons })),
  };
}

/** A promoted operation as it is before the change. */
type ReadOperation = BrokenOperation & {
  readonly audience: Audience | null;
  readonly document: DocumentNode;
  readonly used: ReadonlySet<Coordinate>;
};

const NO_DOCUMENT: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** @returns one entry for each operation of the document; with the reasons when it is not valid */
function readPromoted(
  { clientId, audience, name, body }: PromotedOperation,
  before: PublicSchema,
  recorded: readonly RecordedUse[],
): readonly ReadOperation[] {
  const broken = (reasons: readonly string[]): ReadOperation[] => [
    { clientId, audience, operationName: name, reasons, document: NO_DOCUMENT, used: new Set() },
  ];
  const schema = schemaFor({ audience }, before);
  const document = parsed(body);
  if (typeof document === "string") return broken([document]);
  const reasons = problemsOf(document, schema);
  if (reasons.length > 0) return broken(reasons);
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const shape = shapeOf(schema, document, definition.name?.value);
    if (shape === null) return [];
    const runs = recorded.filter(
      (run) => run.clientId === clientId && run.signature === shape.signature,
    );
    const given =
      runs.length > 0
        ? runs.flatMap(({ inVariables }) => inVariables.map(([coordinate]) => coordinate))
        : coordinatesVariablesMayHold(schema, definition);
    const used = new Set([...shape.coordinates, ...given]);
    return [{ clientId, audience, operationName: name, reasons: [], document, used }];
  });
}

function judge(
  { affects, ...change }: Change,
  promoted: readonly ReadOperation[],
  { recorded }: KnownUse,
): JudgedChange {
  const concerned: Concerned[] = [
    ...promoted
      .filter(({ used }) => isAffected(affects, used))
      .map(({ clientId, operationName }) => ({
        clientId,
        operationName,
        known: "manifest" as const,
        count: null,
        lastUsedOn: null,
      })),
    ...recorded.flatMap((run) => concernedRuns(run, affects)),
  ];
  return { ...change, verdict: verdictOf(change.severity, concerned), concerned };
}

function concernedRuns(
  { clientId, operationName, count, lastUsedOn, coordinates, inVariables }: RecordedUse,
  affects: Affected,
): Concerned[] {
  const runs = isAffected(affects, new Set(coordinates))
    ? count
    : Math.max(
        0,
        ...inVariables
          .filter(([coordinate]) => isAffected(affects, new Set([coordinate])))
          .map(([, given]) => given),
      );
  return runs === 0 ? [] : [{ clientId, operationName, known: "usage", count: runs, lastUsedOn }];
}

function verdictOf(severity: Change["severity"], concerned: readonly Concerned[]): Verdict {
  if (concerned.length === 0) return "passes";
  return severity === "breaking" ? "breaks" : "warns";
}

function schemaFor(
  { audience }: Pick<PromotedOperation, "audience">,
  { api, contracts }: PublicSchema,
): GraphQLSchema {
  return audience === null ? api : contracts[audience];
}

/** In words of what has changed, which say more than those of validation. */
function reasonsFor({ used }: ReadOperation, changes: readonly Change[]): readonly string[] | null {
  const reasons = changes
    .filter(({ severity, affects }) => severity === "breaking" && isAffected(affects, used))
    .map(({ message }) => message);
  return reasons.length === 0 ? null : reasons;
}

function parsed(body: string): DocumentNode | string {
  try {
    return parse(body);
  } catch (error) {
    return messageOf(error);
  }
}

function problemsOf(document: DocumentNode, schema: GraphQLSchema): readonly string[] {
  try {
    return validate(schema, document, specifiedRules).map(({ message }) => message);
  } catch (error) {
    // Some rules of subscriptions throw instead of reporting.
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
