import type { CommandDefinition } from "./definition.ts";
import type { CommandRecord } from "./command-record.ts";
import type { Outcome } from "./journal.ts";

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
  readonly lookUp:
    ((command: Command<Data>, signal: AbortSignal) => Promise<Outcome | null>) | null;
  /**
   * Calls the source.
   * @param signal aborts when the lease ends: nothing may be sent after that
   * @throws {DomainError} of `retry: "later"` to be tried again; anything else waits for a person
   */
  readonly execute: (command: Command<Data>, signal: AbortSignal) => Promise<Outcome>;
  /** Whether the error says that the call was never sent, so that nothing has to be looked up. */
  readonly isUnsent?: (error: unknown) => boolean;
};

/** A handler of whatever data, as the worker runs it. */
export type CommandHandler = {
  readonly definition: CommandDefinition;
  settleMs(command: CommandRecord): number;
  readonly canLookUp: boolean;
  lookUp(command: CommandRecord, signal: AbortSignal): Promise<Outcome | null>;
  execute(command: CommandRecord, signal: AbortSignal): Promise<Outcome>;
  isUnsent(error: unknown): boolean;
};

/** One per kind of command: how it is sent, how a lost answer is found again. */
export function defineHandler<Data>(
  definition: CommandDefinition<Data>,
  options: HandlerOptions<Data>,
): CommandHandler {
  const { settleMs, lookUp, execute, isUnsent } = options;
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
    isUnsent: isUnsent ?? (() => false),
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

/** The business said no. @param refusal.message fit for a clerk's eyes */
export function reject(refusal: { readonly code: string; readonly message: string }): Outcome {
  return { kind: "rejected", code: refusal.code, message: refusal.message };
}
