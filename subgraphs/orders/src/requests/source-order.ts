import { releaseOrder, sourceOrder } from "@crossdock/commands";
import {
  checkSourcing,
  isStopped,
  orderSubject,
  parseDecimal,
  parseWarehouseCode,
  quantity,
  refusal,
  sourceRefusal,
  stockWantedBy,
  type OrderState,
  type SourcingAssignment,
  type UserError,
  type WishedAssignment,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import {
  lockOrders,
  lockPromises,
  savePromise,
  type CommandEffects,
  type StockOffers,
} from "@crossdock/processes";
import {
  idOrNull,
  invalidValue,
  isShortText,
  RefusedCommand,
  takeCommand,
} from "@crossdock/subgraph-kit";
import type { SourceOrderInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { SubmissionAnswer } from "../models.ts";
import { tooLittle } from "../submission/too-little.ts";
import { answerWithOrder, orderToChange } from "./order-of-request.ts";
import { readStockOffers } from "./stock-offers.ts";

type SourceData = ReturnType<(typeof sourceOrder)["parse"]>;

const MAX_TEXT_CHARACTERS = 200;
const MAX_ASSIGNMENTS = 500;
const OURSELVES = "crossdock";

/** Sources goods of an order by hand, once per (client, key). */
export async function takeSourcing(
  input: SourceOrderInput,
  context: Context,
): Promise<SubmissionAnswer> {
  const orderId = input.orderId.trim();
  const note = input.note?.trim() || null;
  const assignments = input.assignments.map((each) => ({
    ...each,
    warehouse: each.warehouse.trim(),
  }));
  const wished = assignments.map(wishOf);
  let offers: StockOffers = { offers: [], askedAt: new Map() };
  const answer = await takeCommand<SourceData>(
    {
      definition: sourceOrder,
      input: { idempotencyKey: input.idempotencyKey, waitMs: input.waitMs ?? 0 },
      intent: { orderId, assignments, note },
      plan: async () => {
        const found = await orderToChange(orderId, sourceRefusal, ELSEWHERE, context);
        if (found.order === null) return { kind: "refused", userErrors: found.userErrors };
        const { id, customerNumber, state } = found.order;
        const userErrors = [
          ...checkInput(wished, note),
          ...checkSourcing(state, wished, await warehousesOf(context)),
        ];
        if (userErrors.length > 0) return { kind: "refused", userErrors };
        offers = await readStockOffers(skusOf(state, wished), context);
        return { kind: "planned", data: { orderId: id, assignments, note }, customerNumber };
      },
      work: async (trx, { data, clientId }) => {
        const { orderId: id } = sourceOrder.parse(data);
        const subject = orderSubject(id);
        await context.deps.commandLog.holdBack(trx, subject);
        const [record] = await lockOrders(trx, [id]);
        const state = record?.state ?? null;
        if (state === null) throw new RefusedCommand([refused(ELSEWHERE)]);
        await checkAgain(trx, state, wished, context);
        const parts = wished.flatMap((wish) => assignmentOf(state, wish));
        await setAside(trx, state, parts, { offers, clientId }, context);
        const at = context.deps.clock.now();
        const kind = "sourcedByHand" as const;
        const event = { kind, assignments: parts, note, at, source: OURSELVES };
        const effects: CommandEffects = { orders: [{ orderId: id, event }], events: [] };
        return { typename: "Order", id, effects };
      },
    },
    context,
  );
  return answerWithOrder(answer, orderId, context);
}

const ELSEWHERE = {
  code: "NOT_AMENDABLE",
  message: "The order was not taken here: it is sourced where it was.",
} as const;

function refused({ code, message }: Pick<UserError, "code" | "message">): UserError {
  return refusal(code, message, ["orderId"]);
}

function wishOf({
  lineNumber,
  warehouse,
  quantity: raw,
}: SourceOrderInput["assignments"][number]): WishedAssignment {
  const readQuantity = (text: string) => parseDecimal(text, "quantity");
  return {
    lineNumber,
    warehouse: idOrNull(parseWarehouseCode, warehouse),
    quantity: idOrNull(readQuantity, raw),
  };
}

function checkInput(wished: readonly WishedAssignment[], note: string | null): UserError[] {
  const isTooMany = wished.length === 0 || wished.length > MAX_ASSIGNMENTS;
  const isLong = note !== null && !isShortText(note, MAX_TEXT_CHARACTERS);
  return [
    ...(isTooMany ? [invalidValue("assignments", `1 to ${String(MAX_ASSIGNMENTS)}`)] : []),
    ...(isLong ? [invalidValue("note", `at most ${String(MAX_TEXT_CHARACTERS)} characters`)] : []),
  ];
}

async function warehousesOf({ facts }: Context) {
  return ((await facts.warehouses.load("all")) ?? []).map(({ code }) => code);
}

function skusOf({ draft }: OrderState, wished: readonly WishedAssignment[]) {
  const named = new Set(wished.map(({ lineNumber }) => lineNumber));
  return draft.lines.filter(({ lineNumber }) => named.has(lineNumber)).map(({ sku }) => sku);
}

/**
 * As the order is now that nobody else changes it.
 * @throws {RefusedCommand} it waits for less than it did, or a warehouse may have what it was asked for
 */
async function checkAgain(
  trx: LedgerTransaction,
  state: OrderState,
  wished: readonly WishedAssignment[],
  context: Context,
): Promise<void> {
  const refusedNow = sourceRefusal(state);
  const wrong =
    refusedNow === null
      ? checkSourcing(state, wished, await warehousesOf(context))
      : [refused(refusedNow)];
  if (wrong.length > 0) throw new RefusedCommand(wrong);
  const named = new Set(wished.map(({ lineNumber }) => lineNumber));
  for (const step of state.steps) {
    const isMeant = step.lines.some(({ lineNumber }) => named.has(lineNumber));
    if (step.release === null || step.status !== "ASKED" || !isMeant) continue;
    if (!isStopped(state, step)) continue;
    const command = {
      subject: orderSubject(state.id),
      type: releaseOrder.type,
      data: { release: step.release },
    };
    if (await context.deps.commandLog.mayWithdraw(trx, command)) continue;
    const message = `Release ${String(step.release)} may have reached its warehouse: see its exception first.`;
    throw new RefusedCommand([refused({ code: "NOT_AMENDABLE", message })]);
  }
}

function assignmentOf(
  { draft }: OrderState,
  { lineNumber, warehouse, quantity: value }: WishedAssignment,
): readonly SourcingAssignment[] {
  const line = draft.lines.find((other) => other.lineNumber === lineNumber);
  if (line === undefined || warehouse === null || value === null) return [];
  const { uom } = line.orderedBase;
  const reason = `A person chose ${warehouse}.`;
  return [{ lineNumber, warehouse, quantity: quantity(value, uom), reason }];
}

/** @throws {RefusedCommand} somebody else has it */
async function setAside(
  trx: LedgerTransaction,
  { draft, sourcing: { rule } }: OrderState,
  assignments: readonly SourcingAssignment[],
  { offers, clientId }: { readonly offers: StockOffers; readonly clientId: string },
  { deps }: Context,
): Promise<void> {
  const at = deps.clock.now();
  const sourcing = { rule, shipComplete: false, assignments, backorders: [] };
  const wanted = stockWantedBy({ ...draft, sourcing });
  const request = { ...offers, customerNumber: draft.customerNumber, wanted, named: [] };
  const stock = await lockPromises(trx, [request], [], at);
  const answer = stock.promise(request);
  if (answer.kind === "short") {
    const field = ["assignments"];
    throw new RefusedCommand(answer.shortages.map((one) => ({ ...tooLittle(one, draft), field })));
  }
  await savePromise(trx, draft, answer, { clientId, at, heldUntil: null });
}
