import { requestReturn, type SettledWork } from "@crossdock/commands";
import {
  approve,
  checkReturn,
  claimedLines,
  orderLineId,
  parseReturnId,
  parseShipmentId,
  quantity,
  readOrderId,
  refusal,
  requestedReturn,
  termsOf,
  type Decimal,
  type ReturnLine,
  type UserError,
} from "@crossdock/domain";
import {
  lockReturnsOfOrder,
  nextReturnNumber,
  openReturn,
  orderChangedEvent,
  type CommandEffects,
  type OrderRecord,
  type ReturnEffect,
} from "@crossdock/processes";
import {
  commandView,
  idOrNull,
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
import {
  deliveredAt,
  planReturnParcels,
  readReturnFacts,
  valueOfReturn,
  type ReturnFacts,
} from "./return-parcels.ts";

const MAX_LINES = 500;
const MAX_REASON_CHARACTERS = 200;
const MAX_NAME_CHARACTERS = 50;

type ReturnData = ReturnType<(typeof requestReturn)["parse"]>;
type WantedLine = {
  readonly orderLineId: string;
  readonly quantity: Decimal;
  readonly reason: string;
  readonly shipmentId?: string;
  readonly lot?: string;
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
      ...(line.shipmentId == null ? {} : { shipmentId: line.shipmentId.trim() }),
      ...(line.lot == null ? {} : { lot: line.lot.trim() }),
    })),
  };
  let facts: ReturnFacts | null = null;
  const plan = async () => {
    const planned = await planReturn(intent, context);
    facts = planned.facts;
    return planned.plan;
  };
  const { command, replayed, userErrors } = await takeCommand(
    {
      definition: requestReturn,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent,
      plan,
      work: open(() => facts, context),
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

type Planned = { readonly plan: CommandPlan<ReturnData>; readonly facts: ReturnFacts | null };

async function planReturn(wanted: Wanted, context: Context): Promise<Planned> {
  const refused = (userErrors: readonly UserError[]): Planned => ({
    plan: { kind: "refused", userErrors },
    facts: null,
  });
  const record = await findOrder(wanted.orderId, context);
  if (record === null) return refused([UNKNOWN_ORDER]);
  const malformed = checkShape(wanted);
  if (malformed.length > 0) return refused(malformed);
  const known = new Map((await readLines(record, context)).map((line) => [line.id, line]));
  const lines = wanted.lines.map((line) => ({
    ...line,
    line: [...known.values()].find(({ id }) => id === line.orderLineId) ?? null,
  }));
  const userErrors = checkReturn(lines, []);
  if (userErrors.length > 0) return refused(userErrors);
  const plan: CommandPlan<ReturnData> = {
    kind: "planned",
    customerNumber: record.customerNumber,
    data: {
      orderId: record.id,
      status: record.status,
      lines: lines.flatMap(({ line, quantity: value, reason, shipmentId, lot }) =>
        line === null
          ? []
          : [
              {
                lineNumber: line.lineNumber,
                quantity: quantity(value, line.ordered.uom),
                shipped: line.shipped,
                reason,
                ...(shipmentId === undefined ? {} : { shipmentId: parseShipmentId(shipmentId) }),
                ...(lot === undefined ? {} : { lot }),
              },
            ],
      ),
    },
  };
  return { plan, facts: await readReturnFacts(record, context) };
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
  return lines.flatMap(({ reason, shipmentId, lot }, at) => {
    const wrong = (field: string, expected: string) => [
      { ...invalidValue(field, expected), field: ["lines", String(at), field] },
    ];
    const isName = (text: string | undefined) =>
      text === undefined || (text !== "" && isShortText(text, MAX_NAME_CHARACTERS));
    const isReason = reason !== "" && isShortText(reason, MAX_REASON_CHARACTERS);
    const isShipment = shipmentId === undefined || idOrNull(parseShipmentId, shipmentId) !== null;
    return [
      ...(isReason ? [] : wrong("reason", `1 to ${String(MAX_REASON_CHARACTERS)} characters`)),
      ...(isShipment ? [] : wrong("shipmentId", "a shipment's id")),
      ...(isName(lot) ? [] : wrong("lot", `1 to ${String(MAX_NAME_CHARACTERS)} characters`)),
    ];
  });
}

/** Whoever asks for a return of the same order waits for this transaction: nothing comes back twice. */
function open(facts: () => ReturnFacts | null, { deps }: Pick<Context, "deps">): SettledWork {
  return async (trx, command) => {
    const { orderId, status: orderStatus, lines: asked } = requestReturn.parse(command.data);
    const { customerNumber } = command;
    const known = facts();
    if (customerNumber === null || known === null) {
      throw new Error("A return was asked for by no account, or of no order.");
    }
    const earlier = await lockReturnsOfOrder(trx, orderId);
    const userErrors = checkReturn(
      asked.map((line) => ({ line, quantity: line.quantity.value })),
      claimedLines(earlier),
    );
    if (userErrors.length > 0) throw new RefusedCommand(userErrors);
    const lines = asked.map(({ shipped: _shipped, shipmentId, lot, ...line }): ReturnLine => ({
      ...line,
      ...(shipmentId === undefined ? {} : { shipmentId }),
      ...(lot === undefined ? {} : { lot }),
    }));
    const plan = planReturnParcels(lines, known, earlier);
    const isNamed = lines.some((line) => line.shipmentId !== undefined || line.lot !== undefined);
    if (plan.kind === "refused" && isNamed) throw new RefusedCommand(plan.userErrors);
    const at = deps.clock.now();
    const id = parseReturnId(command.id);
    const number = await nextReturnNumber(trx);
    const terms = termsOf(deps.returnPolicy);
    await openReturn(
      trx,
      requestedReturn({ id, number, orderId, customerNumber, lines, requestedAt: at, terms }),
    );
    const stamp = { at, source: OURSELVES };
    const value = valueOfReturn(lines, known.order);
    const approval = approve(deps.returnPolicy, { value, deliveredAt: deliveredAt(known), at });
    const authorized: ReturnEffect[] =
      plan.kind === "planned" && approval.isAutomatic
        ? [
            {
              returnId: id,
              event: {
                kind: "authorized",
                by: OURSELVES,
                note: approval.reason,
                parcels: plan.parcels,
                ...stamp,
              },
            },
          ]
        : [];
    // An order of the ERP's own has no process that would tell it.
    const order = { id: orderId, status: orderStatus, customerNumber };
    const isOurs = readOrderId(orderId).kind === "ours";
    const effects: CommandEffects = {
      orders: isOurs ? [{ orderId, event: { kind: "returnRequested", number, ...stamp } }] : [],
      events: isOurs ? [] : [orderChangedEvent(order, "RETURN_REQUESTED", at)],
      returns: authorized,
    };
    return { typename: "Return", id, effects };
  };
}

const OURSELVES = "crossdock";
