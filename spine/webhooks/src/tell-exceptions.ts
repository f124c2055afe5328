import { instantOf, type Instant } from "@crossdock/domain";
import {
  createLogConsumer,
  exceptionChanged,
  exceptionRaised,
  type LogConsumer,
  type LogConsumerOptions,
  type RecordedEvent,
} from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { exceptionOf } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import { messageBody, wants, WEBHOOK_UNDELIVERED } from "./hook-message.ts";
import type { Hook, HookEvent } from "./hook.ts";
import { addMessages, type NewMessage } from "./message-box.ts";

/** The consumer's name in the log. */
export const WEBHOOKS = "webhooks";

/** Puts into the box what webhooks are told of exceptions that are opened and closed, in the order of the log. */
export function createExceptionTeller(
  deps: Pick<LogConsumerOptions, "ledger" | "eventLog" | "clock" | "logger" | "metrics"> & {
    readonly hooks: readonly Hook[];
    readonly nextId: () => string;
  },
): LogConsumer {
  const { hooks, nextId, clock } = deps;
  return createLogConsumer({
    ...deps,
    name: WEBHOOKS,
    types: [exceptionRaised.type, exceptionChanged.type],
    async handle(trx, events) {
      const told = events.flatMap(happeningOf);
      const messages = await messagesOf(trx, told, { hooks, nextId, at: clock.now() });
      await addMessages(trx, messages, clock.now());
      return undefined;
    },
  });
}

/** Exceptions of one look. */
const MAX_OVERDUE = 100;

/** Puts into the box what has waited for longer than it should. @returns how many exceptions it looked at */
export async function tellOverdue(
  trx: LedgerTransaction,
  deps: {
    readonly hooks: readonly Hook[];
    readonly nextId: () => string;
    readonly clock: Clock;
  },
): Promise<number> {
  const { hooks, clock } = deps;
  const at = clock.now();
  let looked = 0;
  for (const hook of hooks.filter(({ events }) => events.includes("exceptionOverdue"))) {
    const rows = await trx
      .selectFrom("exceptions")
      .select("id")
      .where("resolved_at", "is", null)
      .where("due_at", "<", new Date(at))
      .where("code", "<>", WEBHOOK_UNDELIVERED)
      .$if(hook.classes !== undefined, (select) =>
        select.where("error_class", "in", [...(hook.classes ?? [])]),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("webhook_messages")
              .select("webhook_messages.id")
              .whereRef("webhook_messages.exception_id", "=", "exceptions.id")
              .where("webhook_messages.hook", "=", hook.name)
              .where("webhook_messages.type", "=", "exceptionOverdue"),
          ),
        ),
      )
      .orderBy("due_at")
      .orderBy("sequence")
      .limit(MAX_OVERDUE)
      .execute();
    const told = rows.map(({ id }) => ({ exceptionId: id, event: "exceptionOverdue" }) as const);
    await addMessages(trx, await messagesOf(trx, told, { ...deps, hooks: [hook], at }), at);
    looked += rows.length;
  }
  return looked;
}

type Happening = { readonly exceptionId: string; readonly event: HookEvent };

function happeningOf(event: RecordedEvent): Happening[] {
  if (exceptionRaised.is(event)) {
    return [{ exceptionId: event.data.exceptionId, event: "exceptionOpened" }];
  }
  if (!exceptionChanged.is(event) || event.data.change !== "CLOSED") return [];
  return [{ exceptionId: event.data.exceptionId, event: "exceptionClosed" }];
}

async function messagesOf(
  trx: LedgerTransaction,
  told: readonly Happening[],
  {
    hooks,
    nextId,
    at,
  }: { readonly hooks: readonly Hook[]; readonly nextId: () => string; readonly at: Instant },
): Promise<readonly NewMessage[]> {
  if (told.length === 0) return [];
  const rows = await trx
    .selectFrom("exceptions")
    .selectAll()
    .where(
      "id",
      "in",
      told.map(({ exceptionId }) => exceptionId),
    )
    .execute();
  const known = new Map(rows.map((row) => [row.id, row]));
  return told.flatMap(({ exceptionId, event }) => {
    const row = known.get(exceptionId);
    if (row === undefined) return [];
    const exception = exceptionOf(row);
    const body = messageBody(event, exception, { at, dueAt: instantOf(row.due_at) });
    return hooks
      .filter((hook) => wants(hook, event, exception))
      .map(({ name }) => ({ id: `msg_${nextId()}`, hook: name, event, exceptionId, body }));
  });
}
