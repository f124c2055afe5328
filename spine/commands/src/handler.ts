import type { CommandDefinition } from "./definition.ts";
import type { CommandRecord } from "./command-record.ts";
import type { Outcome, Refusal } from "./journal.ts";

/**
 * What a handler says became of a command. `blocked`: something stands in the way that a person can lift, and then the
 * same command goes through: the source lacks a record or keeps it blocked (`MASTER_DATA`), or somebody has to agree to
 * it (`BUSINESS_RULE`).
 */
export type Answer =
  | Outcome
  | (Refusal & { readonly kind: "blocked"; readonly class: "MASTER_DATA" | "BUSINESS_RULE" });

/** A command as its handler sees it: the record, with its data parsed. */
export type Command<Data> = Omit<CommandRecord, "data"> & { readonly data: Data };

export type HandlerOptions<Data> = {
  /**
   * How long the source may still be at work on a call whose answer was lost: its own longest time, not
   * our time-out. Nobody looks or sends again before that.
   */
  readonly settleMs: number | ((command: Command<Data>) => number);
  /**
   * Asked when an earlier attempt may have reached the source: finds, by our reference, what it did.
   * @returns `null` when there is nothing there, and so it can be sent again. Where the option itself is
   *   `null` the source cannot be asked, and an attempt of unknown outcome waits for a person.
   */
  readonly lookUp: ((command: Command<Data>, signal: AbortSignal) => Promise<Answer | null>) | null;
  /**
   * Calls the source.
   * @param signal aborts when the lease ends: nothing may be sent after that
   * @throws {DomainError} of `retry: "later"` to be tried again, a {SourceError} as patiently as its class
   *   says; anything else waits for a person
   */
  readonly execute: (command: Command<Data>, signal: AbortSignal) => Promise<Answer>;
};

/** A handler of whatever data, as the worker runs it. */
export type CommandHandler = {
  readonly definition: CommandDefinition;
  settleMs(command: CommandRecord): number;
  readonly canLookUp: boolean;
  lookUp(command: CommandRecord, signal: AbortSignal): Promise<Answer | null>;
  execute(command: CommandRecord, signal: AbortSignal): Promise<Answer>;
};

/** One per kind of command: how it is sent, how a lost answer is found again. */
export function defineHandler<Data>(
  definition: CommandDefinition<Data>,
  options: HandlerOptions<Data>,
): CommandHandler {
  const { settleMs, lookUp, execute } = options;
  const typed = (record: CommandRecord): Command<Data> => ({
    ...record,
    data: definition.parse(record.data),
  });
  return {
    definition: definition as unknown as CommandDefinition,
    settleMs: (record) => (typeof settleMs === "number" ? settleMs : settleMs(typed(record))),
    canLookUp: lookUp !== null,
    lookUp: async (record, signal) => (await lookUp?.(typed(record), signal)) ?? null,
    execute: (record, signal) => execute(typed(record), signal),
  };
}

/** The source did it; `typename` and `id` name the document, `effects` is for the journal. */
export function succeed(done: {
  readonly typename: string;
  readonly id: string;
  readonly effects: unknown;
}): Outcome {
  const { typename, id, effects } = done;
  return { kind: "succeeded", result: { typename, id }, effects };
}

type Refusing = Omit<Refusal, "lastAnswer"> & Partial<Refusal>;

/** The business said no. */
export function reject({ code, message, lastAnswer = null }: Refusing): Outcome {
  return { kind: "rejected", code, message, lastAnswer };
}

/** The source lacks what the command needs, until a person has put it there; or nobody has agreed to it yet. */
export function block(
  { code, message, lastAnswer = null }: Refusing,
  errorClass: "MASTER_DATA" | "BUSINESS_RULE" = "MASTER_DATA",
): Answer {
  return { kind: "blocked", class: errorClass, code, message, lastAnswer };
}
