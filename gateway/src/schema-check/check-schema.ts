import { CompositionError } from "../composition/compose.ts";
import type { Glossary } from "./glossary.ts";
import { judgeChanges, type Judgement } from "./judge-changes.ts";
import type { KnownUse } from "./known-use.ts";
import { lintSchema, type LintProblem } from "./lint-schema.ts";
import { readPublicSchema } from "./public-schema.ts";

export type SchemaToCheck = {
  /** The text of the supergraph; may throw `CompositionError`. */
  readonly compose: () => Promise<string>;
  readonly glossary: Glossary;
  /** What it would take the place of; `null`: nothing is compared. */
  readonly before: { readonly name: string; readonly supergraphSdl: string } | null;
  readonly use: KnownUse;
};

export type SchemaCheck = {
  /** Whether it may be served: it composes, keeps to the rules, and breaks nobody who is known. */
  readonly isOk: boolean;
  /** Why there is no graph; nothing else is looked at then. */
  readonly composition: readonly string[];
  readonly lint: readonly LintProblem[];
  /** What it was compared with. */
  readonly against: string | null;
  /** By how many it was judged. */
  readonly known: {
    readonly clients: number;
    readonly promotedOperations: number;
    /** Days of usage; `null`: usage was not known. */
    readonly days: number | null;
  };
  readonly judgement: Judgement;
};

/**
 * Everything that can be said of a schema before it is served.
 * @throws {Error} what it is compared with cannot be read
 */
export async function checkSchema(options: SchemaToCheck): Promise<SchemaCheck> {
  const { glossary, before, use } = options;
  const clients = new Set([...use.promoted, ...use.recorded].map(({ clientId }) => clientId));
  const about = {
    against: before?.name ?? null,
    known: { clients: clients.size, promotedOperations: use.promoted.length, days: use.days },
  };
  const after = await composed(options.compose);
  if (Array.isArray(after)) {
    return { isOk: false, composition: after, lint: [], ...about, judgement: UNCHANGED };
  }
  const lint = lintSchema(after, glossary);
  const judgement =
    before === null
      ? UNCHANGED
      : await judgeChanges(readPublicSchema(before.supergraphSdl), after, use);
  const breaks =
    judgement.broken.length > 0 || judgement.changes.some(({ verdict }) => verdict === "breaks");
  return { isOk: lint.length === 0 && !breaks, composition: [], lint, ...about, judgement };
}

const UNCHANGED: Judgement = { changes: [], broken: [], brokenBefore: [] };

async function composed(compose: () => Promise<string>) {
  try {
    return readPublicSchema(await compose());
  } catch (error) {
    if (error instanceof CompositionError) return [...error.problems];
    return [error instanceof Error ? error.message : String(error)];
  }
}
