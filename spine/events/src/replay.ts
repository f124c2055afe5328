import { DomainError, InvalidValueError } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { EventConsumer } from "./event-consumer.ts";
import { CursorExpiredError } from "./errors.ts";
import { MAX_PAGE, type EventLog } from "./event-log.ts";
import { LOG_START, type Position } from "./position.ts";
import type { RecordedEvent, Selection } from "./recorded-event.ts";

/** Which events, and to whom; at least one of all must be given. */
export type ReplayRequest = Selection & {
  /** Every consumer that takes an event's type when left out. */
  readonly consumer?: string;
};

/** What one consumer does, or would do, about one event. */
export type ReplayEffect = {
  readonly event: RecordedEvent;
  readonly consumer: string;
  /** In a sentence. */
  readonly effect: string;
};

export type ReplayPlan = {
  /** Events that were selected, of the types that a consumer takes. */
  readonly events: number;
  /** In log order, and of one event in the order of the consumers. */
  readonly effects: readonly ReplayEffect[];
};

/** Gives events that are in the log to consumers again. */
export interface Replayer {
  /** Every consumer's name. */
  readonly consumers: readonly string[];
  /**
   * What `run` would do now. Changes nothing.
   * @throws {InvalidValueError} nothing is selected, or there is no such consumer
   * @throws {ReplayTooLargeError}
   */
  plan(request: ReplayRequest, signal: AbortSignal): Promise<ReplayPlan>;
  /**
   * Does what a plan says, in log order, in transactions of a few events each. One that fails ends it there: what
   * came before is done, and the same can be asked for again.
   * @param record writes down who asked for it, in a transaction of its own, before anything is done
   * @returns what was done
   * @throws as `plan`, and what a consumer throws
   */
  run(
    request: ReplayRequest,
    record: (trx: LedgerTransaction, plan: ReplayPlan) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ReplayPlan>;
}

/** Events of one replay. */
export const MAX_REPLAY = 1_000;
/** Of one transaction, which holds an embedded ledger's only session. */
const REPLAY_BATCH = 20;

/** More was selected than is replayed at once; nothing was done. */
export class ReplayTooLargeError extends DomainError {
  readonly code = "BAD_USER_INPUT";
  readonly retry = "never";

  constructor() {
    super(
      `More than ${String(MAX_REPLAY)} events were selected. Narrow it by subject, type or time, and replay part by part.`,
    );
  }
}

export function createReplayer(deps: {
  readonly ledger: Ledger;
  readonly eventLog: Pick<EventLog, "readPage">;
  readonly consumers: readonly EventConsumer[];
}): Replayer {
  const { ledger, eventLog, consumers } = deps;

  const planOf = async (request: ReplayRequest, signal: AbortSignal) => {
    const takers = chosenOf(consumers, request);
    const events = await select(eventLog, withTypesOf(request, takers), signal);
    const effects: (ReplayEffect & { readonly by: EventConsumer })[] = [];
    for (const event of events) {
      signal.throwIfAborted();
      for (const by of takers.filter(({ types }) => types.includes(event.type))) {
        const effect = await by.describe(event);
        if (effect !== null) effects.push({ event, consumer: by.name, effect, by });
      }
    }
    return { events: events.length, effects };
  };

  return {
    consumers: consumers.map(({ name }) => name),
    plan: planOf,
    run: async (request, record, signal) => {
      const plan = await planOf(request, signal);
      await ledger.transaction((trx) => record(trx, plan));
      for (let at = 0; at < plan.effects.length; at += REPLAY_BATCH) {
        signal.throwIfAborted();
        await ledger.transaction(async (trx) => {
          for (const { by, event } of plan.effects.slice(at, at + REPLAY_BATCH)) {
            await by.handle(trx, event);
          }
        });
      }
      return plan;
    },
  };
}

/** @throws {InvalidValueError} */
function chosenOf(
  consumers: readonly EventConsumer[],
  { consumer, ...selection }: ReplayRequest,
): readonly EventConsumer[] {
  if (consumer === undefined) {
    if (Object.values(selection).some((given) => given !== undefined)) return consumers;
    throw new InvalidValueError("replay", {}, "an id, a subject, a type, a time or a consumer");
  }
  const chosen = consumers.filter(({ name }) => name === consumer);
  if (chosen.length > 0) return chosen;
  const names = consumers.map(({ name }) => name).join(", ");
  throw new InvalidValueError("consumer", consumer, `one of ${names}`);
}

/** Of a type that nobody takes nothing has to be read. */
function withTypesOf(
  { consumer: _, ...selection }: ReplayRequest,
  takers: readonly EventConsumer[],
): Selection {
  const taken = new Set(takers.flatMap(({ types }) => types));
  return { ...selection, types: [...taken].filter((type) => isAsked(selection, type)) };
}

function isAsked({ types }: Selection, type: string): boolean {
  return types === undefined || types.includes(type);
}

/** @throws {ReplayTooLargeError} */
async function select(
  eventLog: Pick<EventLog, "readPage">,
  selection: Selection,
  signal: AbortSignal,
): Promise<readonly RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  let after: Position = await oldestOf(eventLog);
  for (;;) {
    signal.throwIfAborted();
    const page = await eventLog.readPage({ ...selection, after, limit: MAX_PAGE });
    found.push(...page);
    if (found.length > MAX_REPLAY) throw new ReplayTooLargeError();
    const last = page.at(-1);
    if (last === undefined || page.length < MAX_PAGE) return found;
    after = last.position;
  }
}

/** Where what is kept begins. */
async function oldestOf(eventLog: Pick<EventLog, "readPage">): Promise<Position> {
  try {
    await eventLog.readPage({ after: LOG_START, limit: 1 });
    return LOG_START;
  } catch (error) {
    if (error instanceof CursorExpiredError) return error.earliest;
    throw error;
  }
}
