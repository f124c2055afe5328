import type { Subject } from "@crossdock/domain";
import type { z } from "zod";
import type { Backoff } from "./backoff.ts";
import { HELD_LANE, NO_LANE } from "./lane.ts";
import type { CommandLane } from "./lane.ts";

/** One kind of command: what it carries, what it locks, where it goes and how patiently it is tried. */
export type CommandDefinition<Data = unknown> = {
  /** `orders.submitOrder`: subgraph, then verb and noun. */
  readonly type: string;
  /** Goes up when `data` changes shape; rows of the old version may still wait in the ledger. */
  readonly version: number;
  readonly lane: CommandLane;
  /**
   * How often the source may answer in a way that makes no sense, or lose its answer, before a person has to
   * look: 1 or more. A source that is not there, or takes no more calls, uses up none of them.
   */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** How long a command may go on failing, for whatever reason, before a person has to look. */
  readonly patienceMs: number;
  /**
   * What it means that the business says no: the end, told to the client who asked (`final`), or work for
   * a person (`person`), because our own process asked and nobody reads its answer.
   */
  readonly refusal: "final" | "person";
  /**
   * What of its data a person may change while it waits for one, as paths: `lines.*.unitPrice.amount`, where `*` is any one
   * name. A path stands for all below it.
   */
  readonly editable: readonly string[];
  /** Why it cannot be left out while what it is a step of goes on, in a sentence; `null` where it can. */
  readonly whyNotSkipped: string | null;
  /** @throws {z.ZodError} when `raw` is not the command's data */
  parse(raw: unknown): Data;
  /** One command at a time runs per subject, in the order of acceptance. */
  subjectOf(data: Data): Subject;
};

export type CommandOptions<Schema extends z.ZodType> = {
  readonly type: string;
  readonly version: number;
  /**
   * Must read its own output: data is stored as the JSON of what the schema made of it, and parsed
   * again by the worker. Quantities and amounts are decimal text.
   */
  readonly data: Schema;
  readonly subjectOf: (data: z.output<Schema>) => Subject;
  readonly lane: CommandLane;
  /** 12 unless given. */
  readonly attempts?: number;
  /** From half a second to five minutes unless given: no source is waited for longer than it was away. */
  readonly backoff?: Backoff;
  /** 3 days unless given: the ERP may be down over a weekend. */
  readonly patienceMs?: number;
  /** `final` unless given. */
  readonly refusal?: CommandDefinition["refusal"];
  /** Nothing unless given. */
  readonly editable?: CommandDefinition["editable"];
  /** Unless given it is no step of anything, and so nothing would go on. */
  readonly whyNotSkipped?: CommandDefinition["whyNotSkipped"];
};

const NO_STEP = "Nothing goes on after it: cancel it, or resolve its exception as IGNORED.";

const ATTEMPTS = 12;
const BACKOFF: Backoff = { baseMs: 500, maxMs: 300_000 };
const PATIENCE_MS = 3 * 24 * 3_600_000;

/** @throws {RangeError} when `attempts`, `patienceMs` or `backoff` make no sense: a mistake in the code */
export function defineCommand<Schema extends z.ZodType>(
  options: CommandOptions<Schema>,
): CommandDefinition<z.output<Schema>> {
  const { type, version, data, subjectOf, lane, refusal = "final" } = options;
  const { attempts = ATTEMPTS, backoff = BACKOFF, patienceMs = PATIENCE_MS } = options;
  const { editable = [], whyNotSkipped = NO_STEP } = options;
  if (!Number.isInteger(attempts) || attempts < 1) {
    throw new RangeError(`${type} needs at least one attempt.`);
  }
  if (backoff.baseMs <= 0 || backoff.maxMs < backoff.baseMs) {
    throw new RangeError(`${type} needs 0 < baseMs <= maxMs.`);
  }
  if (patienceMs <= 0) throw new RangeError(`${type} needs some patience.`);
  return {
    type,
    version,
    lane,
    attempts,
    backoff,
    patienceMs,
    refusal,
    editable,
    whyNotSkipped,
    subjectOf,
    parse: (raw) => data.parse(raw),
  };
}

/**
 * A kind of command that no worker ever has: what it does is in our own ledger (`acceptSettled`), or is done
 * by a process that sends commands of its own and says when it is over (`complete`).
 */
export function defineOwnCommand<Schema extends z.ZodType>(
  options: Pick<CommandOptions<Schema>, "type" | "version" | "data" | "subjectOf">,
): CommandDefinition<z.output<Schema>> {
  return defineCommand({ ...options, lane: NO_LANE, attempts: 1, backoff: NEVER_AGAIN });
}

/** The same kind of command, accepted and not sent: it goes its way when a process lets it go (`letGo`). */
export function held<Data>(definition: CommandDefinition<Data>): CommandDefinition<Data> {
  return { ...definition, lane: HELD_LANE };
}

const NEVER_AGAIN: Backoff = { baseMs: 1, maxMs: 1 };

/** Every kind of command that a process knows. */
export interface CommandRegistry {
  /** @returns `null` when this process does not know the kind, e.g. while a new version is rolled out */
  find(type: string, version: number): CommandDefinition | null;
  /** Sorted, each once, whatever the versions. */
  readonly types: readonly string[];
}

/** @throws {Error} when two definitions share type and version: a mistake in the code */
export function createCommandRegistry(
  definitions: readonly AnyCommandDefinition[],
): CommandRegistry {
  const byKey = new Map<string, CommandDefinition>();
  for (const definition of definitions) {
    const key = definitionKey(definition.type, definition.version);
    if (byKey.has(key)) throw new Error(`The command ${key} is defined twice.`);
    byKey.set(key, definition as CommandDefinition);
  }
  return {
    find: (type, version) => byKey.get(definitionKey(type, version)) ?? null,
    types: [...new Set(definitions.map(({ type }) => type))].sort(),
  };
}

/** A definition of whatever data: `subjectOf` takes exactly what `parse` returned. */
export type AnyCommandDefinition = CommandDefinition<never> | CommandDefinition;

export function definitionKey(type: string, version: number): string {
  return `${type}@${String(version)}`;
}
