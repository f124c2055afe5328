import { requestReturn, type SettledWork } from "@crossdock/commands";
import {
  checkReturn,
  orderLineId,
  parseReturnId,
  quantity,
  readOrderId,
  refusal,
  type Decimal,
  type UserError,
} from "@crossdock/domain";
import {
  lockReturns,
  openReturn,
  orderChangedEvent,
  type CommandEffects,
  type OrderRecord,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import {
  commandView,
  invalidValue,
  isShortText,
  RefusedCommand,
  takeCommand,
  type CommandPlan,
} from "@crossdock/subgraph-kit";
import type { RequestReturnInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { OrderLineView, ReturnAnswer } from "../models.ts";
import { readErpPart } from "../order/erp-part.ts";
import { linesOf } from "../order/order-lines.ts";
import { findOrder } from "../resolvers/Order.ts";
import { findReturn } from "../resolvers/Return.ts";
import { UNKNOWN_ORDER } from "./order-of-request.ts";

const MAX_LINES = 500;
const MAX_REASON_CHARACTERS = 200;

type ReturnData = ReturnType<(typeof requestReturn)["parse"]>;
type WantedLine = {
  readonly orderLineId: string;
  readonly quantity: Decimal;
  readonly reason: string;
};
type Wanted = { readonly orderId: string; readonly lines: readonly WantedLine[] };

/** Opens a return, once per (client, key). */
export async function takeReturn(
  { idempotencyKey, waitMs, orderId, lines }: RequestReturnInput,
  context: Context,
): Promise<ReturnAnswer> {
  const intent: Wanted = {
    orderId: orderId.trim(),
    lines: lines.map((line) => ({
      orderLineId: line.orderLineId.trim(),
      quantity: line.quantity,
      reason: line.reason.trim(),
    })),
  };
  const { command, replayed, userErrors } = await takeCommand(
    {
      definition: requestReturn,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent,
      plan: () => planReturn(intent, context),
      work: open(context),
    },
    context,
  );
  return {
    command: command === null ? null : commandView(command),
    return: command?.result == null ? null : await findReturn(command.result.id, context),
    replayed,
    userErrors,
  };
}

async function planReturn(wanted: Wanted, context: Context): Promise<CommandPlan<ReturnData>> {
  const record = await findOrder(wanted.orderId, context);
  if (record === null) return { kind: "refused", userErrors: [UNKNOWN_ORDER] };
  const malformed = checkShape(wanted);
  if (malformed.length > 0) return { kind: "refused", userErrors: malformed };
  const known = new Map((await readLines(record, context)).map((line) => [line.id, line]));
  const lines = wanted.lines.map((line) => ({
    ...line,
    line: [...known.values()].find(({ id }) => id === line.orderLineId) ?? null,
  }));
  const userErrors = checkReturn(lines, []);
  if (userErrors.length > 0) return { kind: "refused", userErrors };
  return {
    kind: "planned",
    customerNumber: record.customerNumber,
    data: {
      orderId: record.id,
      status: record.status,
      lines: lines.flatMap(({ line, quantity: value, reason }) =>
        line === null
          ? []
          : [
              {
                lineNumber: line.lineNumber,
                quantity: quantity(value, line.ordered.uom),
                shipped: line.shipped,
                reason,
              },
            ],
      ),
    },
  };
}

/** What has left of an order that we took is known to its process; the ERP is asked of its own. */
async function readLines(
  record: OrderRecord,
  context: Context,
): Promise<readonly Pick<OrderLineView, "id" | "lineNumber" | "ordered" | "shipped">[]> {
  const { id, state } = record;
  if (state === null) return linesOf(record, await readErpPart(record, context));
  return state.draft.lines.flatMap(({ lineNumber, ordered }) => {
    const progress = state.lines.find((line) => line.lineNumber === lineNumber);
    if (progress === undefined) return [];
    return [{ id: orderLineId(id, lineNumber), lineNumber, ordered, shipped: progress.shipped }];
  });
}

function checkShape({ lines }: Wanted): UserError[] {
  if (lines.length > MAX_LINES) {
    const message = `A return has at most ${String(MAX_LINES)} lines; this one has ${String(lines.length)}.`;
    return [refusal("TOO_MANY_LINES", message, ["lines"])];
  }
  return lines.flatMap(({ reason }, at) => {
    if (reason !== "" && isShortText(reason, MAX_REASON_CHARACTERS)) return [];
    const limit = `1 to ${String(MAX_REASON_CHARACTERS)} characters`;
    return [{ ...invalidValue("reason", limit), field: ["lines", String(at), "reason"] }];
  });
}

/** Whoever asks for a return of the same order waits for this transaction: nothing comes back twice. */
function open({ deps }: { readonly deps: { readonly clock: Clock } }): SettledWork {
  return async (trx, command) => {
    const { orderId, status: orderStatus, lines } = requestReturn.parse(command.data);
    const { customerNumber } = command;
    if (customerNumber === null) throw new Error("A return was asked for by no account.");
    const earlier = (await lockReturns(trx, orderId)).filter(({ status }) => status !== "REJECTED");
    const userErrors = checkReturn(
      lines.map((line) => ({ line, quantity: line.quantity.value })),
      earlier.flatMap((one) => one.lines),
    );
    if (userErrors.length > 0) throw new RefusedCommand(userErrors);
    const at = deps.clock.now();
    const { id, number } = await openReturn(trx, {
      id: parseReturnId(command.id),
      orderId,
      customerNumber,
      lines: lines.map(({ lineNumber, quantity: value, reason }) => ({
        lineNumber,
        quantity: value,
        reason,
      })),
      requestedAt: at,
    });
    const event = { kind: "returnRequested", number, at, source: OURSELVES } as const;
    // An order of the ERP's own has no process that would tell it.
    const order = { id: orderId, status: orderStatus, customerNumber };
    const told = orderChangedEvent(order, "RETURN_REQUESTED", at);
    const effects: CommandEffects =
      readOrderId(orderId).kind === "ours"
        ? { orders: [{ orderId, event }], events: [] }
        : { orders: [], events: [told] };
    return { typename: "Return", id, effects };
  };
}

const OURSELVES = "crossdock";
