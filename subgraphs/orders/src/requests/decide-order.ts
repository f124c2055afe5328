import {
  approveOrder,
  rejectOrder,
  type CommandRecord,
  type SettledWork,
} from "@crossdock/commands";
import {
  decisionsAwaited,
  orderSubject,
  refusal,
  stockWantedBy,
  type AcceptanceHoldCode,
  type ChangeRefusal,
  type OrderId,
  type OrderState,
  type OrderToCashEvent,
  type UserError,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import {
  isStillPromised,
  keepPromise,
  lockOrders,
  lockPromises,
  savePromise,
  type CommandEffects,
  type StockOffers,
} from "@crossdock/processes";
import {
  invalidValue,
  isShortText,
  RefusedCommand,
  takeCommand,
  type CommandPlan,
} from "@crossdock/subgraph-kit";
import type { ApproveOrderInput, RejectOrderInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { SubmissionAnswer } from "../models.ts";
import { tooLittle } from "../submission/too-little.ts";
import { answerWithOrder, orderToChange, type OurOrder } from "./order-of-request.ts";
import { readStockOffers } from "./stock-offers.ts";

const MAX_TEXT_CHARACTERS = 200;
const OURSELVES = "crossdock";

type ApproveData = ReturnType<(typeof approveOrder)["parse"]>;
type RejectData = ReturnType<(typeof rejectOrder)["parse"]>;

/** Decides in favour of an order that waits, once per (client, key). */
export async function takeApproval(
  input: ApproveOrderInput,
  context: Context,
): Promise<SubmissionAnswer> {
  const orderId = input.orderId.trim();
  const code = input.hold ?? null;
  const note = input.note?.trim() || null;
  let offers: StockOffers = { offers: [], askedAt: new Map() };
  const answer = await takeCommand<ApproveData>(
    {
      definition: approveOrder,
      input: { idempotencyKey: input.idempotencyKey, waitMs: input.waitMs ?? 0 },
      intent: { orderId, code, note },
      plan: async () => {
        const found = await orderAwaiting(orderId, code, context);
        if (found.order === null) return { kind: "refused", userErrors: found.userErrors };
        if (note !== null && !isShortText(note, MAX_TEXT_CHARACTERS)) {
          return { kind: "refused", userErrors: [tooLong("note", "at most")] };
        }
        const { id, customerNumber, state } = found.order;
        offers = await readOffers(state, context);
        return { kind: "planned", data: { orderId: id, code, note }, customerNumber };
      },
      work: async (trx, command) => {
        const data = approveOrder.parse(command.data);
        const state = await lockAwaiting(trx, data.orderId, code, context);
        const isFree = code === null || decisionsAwaited(state).every((one) => one === code);
        const isPromised = isFree ? await promiseAgain(trx, state, offers, context, command) : null;
        return decided(data.orderId, {
          kind: "holdReleased",
          code,
          note,
          ...(isPromised === null ? {} : { isPromised }),
          at: context.deps.clock.now(),
          source: OURSELVES,
        });
      },
    },
    context,
  );
  return answerWithOrder(answer, orderId, context);
}

/** Decides against an order that waits, once per (client, key). */
export async function takeRejection(
  input: RejectOrderInput,
  context: Context,
): Promise<SubmissionAnswer> {
  const orderId = input.orderId.trim();
  const reason = input.reason.trim();
  const plan = async (): Promise<CommandPlan<RejectData>> => {
    const found = await orderAwaiting(orderId, null, context);
    if (found.order === null) return { kind: "refused", userErrors: found.userErrors };
    if (reason === "" || !isShortText(reason, MAX_TEXT_CHARACTERS)) {
      return { kind: "refused", userErrors: [tooLong("reason", "1 to")] };
    }
    const { id, customerNumber } = found.order;
    return { kind: "planned", data: { orderId: id, reason }, customerNumber };
  };
  const answer = await takeCommand<RejectData>(
    {
      definition: rejectOrder,
      input: { idempotencyKey: input.idempotencyKey, waitMs: input.waitMs ?? 0 },
      intent: { orderId, reason },
      plan,
      work: async (trx, command) => {
        const data = rejectOrder.parse(command.data);
        await lockAwaiting(trx, data.orderId, null, context);
        return decided(data.orderId, {
          kind: "orderDeclined",
          reason,
          at: context.deps.clock.now(),
          source: OURSELVES,
        });
      },
    },
    context,
  );
  return answerWithOrder(answer, orderId, context);
}

function orderAwaiting(
  orderId: string,
  code: AcceptanceHoldCode | null,
  context: Context,
): Promise<
  { readonly order: OurOrder } | { readonly order: null; readonly userErrors: readonly UserError[] }
> {
  return orderToChange(orderId, (state) => notHeld(state, code), NOT_HELD, context);
}

const NOT_HELD: ChangeRefusal = {
  code: "NOT_HELD",
  message: "The order waits for nobody's decision.",
};

function notHeld(state: OrderState, code: AcceptanceHoldCode | null): ChangeRefusal | null {
  const awaited = decisionsAwaited(state);
  if (awaited.length === 0) return NOT_HELD;
  if (code === null || awaited.includes(code)) return null;
  return { code: "NOT_HELD", message: `The order waits for ${awaited.join(", ")}.` };
}

/** Whoever decides at the same moment, or takes the order back, waits for this transaction. */
async function lockAwaiting(
  trx: LedgerTransaction,
  orderId: OrderId,
  code: AcceptanceHoldCode | null,
  { deps }: Context,
): Promise<OrderState> {
  await deps.commandLog.holdBack(trx, orderSubject(orderId));
  const [order] = await lockOrders(trx, [orderId]);
  const state = order?.state ?? null;
  const refused = state === null ? NOT_HELD : notHeld(state, code);
  if (state === null || refused !== null) {
    const { code: why, message } = refused ?? NOT_HELD;
    throw new RefusedCommand([refusal(why, message, ["orderId"])]);
  }
  return state;
}

function decided(orderId: OrderId, event: OrderToCashEvent): ReturnType<SettledWork> {
  const effects: CommandEffects = { orders: [{ orderId, event }], events: [] };
  return Promise.resolve({ typename: "Order", id: orderId, effects });
}

/** What an order that shall have its stock now wants, as the warehouses have it. */
async function readOffers(
  { draft }: OrderState,
  context: Pick<Context, "facts">,
): Promise<StockOffers> {
  if (draft.acceptance?.inStockOnly !== true) return { offers: [], askedAt: new Map() };
  return readStockOffers(
    draft.lines.map(({ sku }) => sku),
    context,
  );
}

/**
 * Of an order that shall have its stock now: what is still set aside is its own, and what was given back meanwhile is set aside
 * anew.
 * @returns `null` when nothing is set aside for such an order
 * @throws {RefusedCommand} somebody else has it
 */
async function promiseAgain(
  trx: LedgerTransaction,
  { id, draft }: OrderState,
  offers: StockOffers,
  { deps }: Pick<Context, "deps">,
  { clientId }: CommandRecord,
): Promise<boolean | null> {
  if (draft.acceptance?.inStockOnly !== true) return null;
  if (await isStillPromised(trx, id)) {
    await keepPromise(trx, id);
    return true;
  }
  const at = deps.clock.now();
  const { customerNumber } = draft;
  const request = { ...offers, customerNumber, wanted: stockWantedBy(draft), named: [] };
  const stock = await lockPromises(trx, [request], [], at);
  const answer = stock.promise(request);
  if (answer.kind === "short") {
    const errors = answer.shortages.map((one) => ({
      ...tooLittle(one, draft),
      field: ["orderId"],
    }));
    throw new RefusedCommand(errors);
  }
  await savePromise(trx, draft, answer, { clientId, at, heldUntil: null });
  return true;
}

function tooLong(field: string, from: string): UserError {
  return invalidValue(field, `${from} ${String(MAX_TEXT_CHARACTERS)} characters`);
}
