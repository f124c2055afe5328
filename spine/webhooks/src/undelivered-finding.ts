import { webhookSubject, type Instant } from "@crossdock/domain";
import type { EventLog } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import {
  closeFinding,
  exceptionChangedOf,
  exceptionRaisedOf,
  openFinding,
} from "@crossdock/processes";
import { WEBHOOK_UNDELIVERED } from "./hook-message.ts";

type Context = { readonly at: Instant; readonly correlationId: string };

/** Puts a webhook that was given up before the operator, once however often. The events are the last statement. */
export async function openUndelivered(
  trx: LedgerTransaction,
  eventLog: Pick<EventLog, "append">,
  { hook, failure }: { readonly hook: string; readonly failure: string },
  { at, correlationId }: Context,
): Promise<void> {
  const opened = await openFinding(
    trx,
    {
      subject: webhookSubject(hook),
      name: `webhook-${hook}`,
      class: "TECHNICAL",
      code: WEBHOOK_UNDELIVERED,
      owner: "operator",
      action: {
        code: "RESTORE_CONNECTION",
        text:
          "Look whether its receiver is up, and whether it knows our secret. What was given up is not sent again: whoever " +
          "reads it there has to look at the exceptions here. This closes by itself with the next message that is taken.",
      },
      summary: `The webhook ${hook} was not told of an exception: ${failure}.`,
      payload: { hook },
    },
    { at, correlationId },
  );
  if (opened === null) return;
  const context = { correlationId, causationId: null, tenant: null };
  await eventLog.append(trx, [exceptionRaisedOf(opened)], context);
}

/** The webhook takes messages again. The events are the last statement. */
export async function closeUndelivered(
  trx: LedgerTransaction,
  eventLog: Pick<EventLog, "append">,
  hook: string,
  { at, correlationId }: Context,
): Promise<void> {
  const note = "It takes messages again.";
  const decision = { by: "webhooks", resolution: "CORRECTED", note } as const;
  const closed = await closeFinding(trx, webhookSubject(hook), decision, at);
  if (closed === null) return;
  const context = { correlationId, causationId: null, tenant: null };
  await eventLog.append(trx, [exceptionChangedOf(closed, "CLOSED")], context);
}
