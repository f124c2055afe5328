import {
  assertNever,
  returnToCredit,
  type Return,
  type ReturnChange,
  type ReturnId,
  type ReturnStep,
  type ReturnToCreditCommand,
  type ReturnToCreditEvent,
} from "@crossdock/domain";
import {
  announceReturn,
  asking,
  CORRECTED,
  SKIPPED,
  creditReturn,
  parseIdempotencyKey,
  refundCredit,
  reviewReturn,
  withdrawReturn,
  type Asking,
  type CommandRecord,
  type CommandRequest,
} from "@crossdock/commands";
import { returnChanged, type NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { lockReturns, saveReturns } from "./return-book-postgres.ts";
import type { Trace } from "./order-process.ts";

/** What happened to one return. */
export type ReturnEffect = { readonly returnId: ReturnId; readonly event: ReturnToCreditEvent };

/** What becomes of returns in one transaction. */
export type FoldedReturns = {
  /** What is told of each happening, in their order. */
  readonly events: readonly (readonly NewEvent[])[];
  readonly asked: readonly Asking[];
  /** Ids of commands of which nothing is left. */
  readonly compensated: readonly string[];
};

/**
 * Runs return to credit and writes the returns; what it asks for and tells is for the caller, who holds orders already
 * and takes the event log after this.
 */
export async function foldReturns(
  trx: LedgerTransaction,
  happenings: readonly { readonly returns: readonly ReturnEffect[]; readonly trace: Trace }[],
): Promise<FoldedReturns> {
  const ids = happenings.flatMap(({ returns }) => returns.map(({ returnId }) => returnId));
  const before = await lockReturns(trx, ids);
  const states = new Map(before.map((state) => [state.id, state]));
  const asked: Asking[] = [];
  const compensated: string[] = [];
  const events = happenings.map(({ returns, trace }) =>
    returns.flatMap(({ returnId, event }) => {
      const state = states.get(returnId);
      if (state === undefined) return [];
      const result = returnToCredit(state, event, trace.causationId);
      states.set(returnId, result.state);
      asked.push(...result.commands.map((command) => askingFor(result.state, command, trace)));
      compensated.push(...result.compensated);
      return result.changes.map((change) => returnChangedEvent(result.state, change, event.at));
    }),
  );
  await saveReturns(
    trx,
    before.flatMap((state) => {
      const after = states.get(state.id) ?? state;
      return after === state ? [] : [after];
    }),
  );
  return { events, asked, compensated };
}

/** What those who follow a return are told. @param state as it is after the change */
export function returnChangedEvent(
  { id: returnId, orderId, status, customerNumber }: Return,
  change: ReturnChange,
  occurredAt: ReturnToCreditEvent["at"],
): NewEvent {
  return returnChanged.create(
    { returnId, orderId, change, status },
    { occurredAt, customerNumber },
  );
}

const CLIENT_ID = "crossdock";
const REQUESTED_BY = "return-to-credit";

function askingFor(
  { id: returnId, customerNumber }: Return,
  { kind, parcel, intent, amount }: ReturnToCreditCommand,
  trace: Trace,
): Asking {
  const request = {
    clientId: CLIENT_ID,
    idempotencyKey: parseIdempotencyKey(`return:${returnId}:${intent}`),
    requestedBy: REQUESTED_BY,
    customerNumber,
    ...trace,
  } satisfies Omit<CommandRequest<never>, "data">;
  const data = { returnId, parcel };
  switch (kind) {
    case "announceReturn":
      return asking(announceReturn, { ...request, data });
    case "withdrawReturn":
      return asking(withdrawReturn, { ...request, data });
    case "reviewReturn":
      return asking(reviewReturn, { ...request, data });
    case "creditReturn":
      return asking(creditReturn, { ...request, data });
    case "refundCredit": {
      if (amount === null) throw new Error(`A refund of return ${returnId} has no amount.`);
      return asking(refundCredit, { ...request, data: { ...data, amount } });
    }
    default:
      return assertNever(kind);
  }
}

const STEPS: readonly {
  readonly step: ReturnStep;
  readonly definition: {
    readonly type: string;
    parse(raw: unknown): { readonly returnId: ReturnId; readonly parcel: number };
  };
}[] = [
  { step: "announceReturn", definition: announceReturn },
  { step: "withdrawReturn", definition: withdrawReturn },
  { step: "reviewReturn", definition: reviewReturn },
  { step: "creditReturn", definition: creditReturn },
  { step: "refundCredit", definition: refundCredit },
];

/** What it means to a return that its command has come to its present status without success. */
export function returnStepStopped(
  record: CommandRecord,
  at: ReturnToCreditEvent["at"],
): readonly ReturnEffect[] {
  const known = STEPS.find(({ definition }) => definition.type === record.type);
  if (known === undefined) return [];
  const { returnId, parcel } = known.definition.parse(record.data);
  const { step } = known;
  const { code, message } = record.error ?? { code: "UNKNOWN", message: "The step failed." };
  const stamp = { step, parcel, at, source: record.lane };
  switch (record.status) {
    case "REJECTED":
      return [{ returnId, event: { kind: "stepRefused", code, message, ...stamp } }];
    case "DEAD_LETTERED":
      return [{ returnId, event: { kind: "stepFailed", code, message, ...stamp } }];
    case "CANCELLED":
    case "COMPENSATED": {
      const isDone = code === CORRECTED || code === SKIPPED;
      return [{ returnId, event: { kind: "stepEnded", isDone, note: message, ...stamp } }];
    }
    default:
      return [];
  }
}
