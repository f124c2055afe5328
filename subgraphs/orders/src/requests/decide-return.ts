import {
  authorizeReturn,
  cancelReturn,
  rejectReturn,
  type CommandDefinition,
  type SettledWork,
} from "@crossdock/commands";
import {
  mayEnd,
  parseReturnId,
  refusal,
  type Return,
  type ReturnId,
  type ReturnToCreditEvent,
  type UserError,
} from "@crossdock/domain";
import { lockReturnsOfOrder, type CommandEffects } from "@crossdock/processes";
import {
  commandView,
  idOrNull,
  invalidValue,
  isShortText,
  RefusedCommand,
  requireViewer,
  takeCommand,
  type CommandAnswer,
} from "@crossdock/subgraph-kit";
import type { AuthorizeReturnInput, EndReturnInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ReturnAnswer } from "../models.ts";
import { findReturn } from "../resolvers/Return.ts";
import { planReturnParcels, readReturnFacts, type ReturnFacts } from "./return-parcels.ts";

const MAX_NOTE_CHARACTERS = 200;
const UNKNOWN_RETURN = refusal("UNKNOWN_RETURN", "There is no such return.", ["returnId"]);
const OURSELVES = "crossdock";

/** A person agrees to a return: its parcels are planned from what has left, and the warehouse is told of them. */
export async function takeAuthorization(
  { idempotencyKey, waitMs, returnId, note: given }: AuthorizeReturnInput,
  context: Context,
): Promise<ReturnAnswer> {
  const note = given?.trim() || null;
  let facts: ReturnFacts | null = null;
  const wrong =
    note === null || isShortText(note, MAX_NOTE_CHARACTERS)
      ? []
      : [invalidValue("note", `at most ${String(MAX_NOTE_CHARACTERS)} characters`)];
  const answer = await take(
    { definition: authorizeReturn, idempotencyKey, waitMs, returnId, words: { note }, wrong },
    async (found) => {
      const order = await context.loaders.order.load(found.orderId);
      if (order === null) throw new Error(`Return ${found.id} lost order ${found.orderId}.`);
      facts = await readReturnFacts(order, context);
    },
    (found, all) => {
      if (found.status !== "REQUESTED" || found.ending !== null) return past(found);
      if (facts === null) throw new Error("A return was judged before its order was read.");
      const earlier = all.filter(({ id }) => id !== found.id);
      const plan = planReturnParcels(found.lines, facts, earlier);
      if (plan.kind === "refused") return { userErrors: plan.userErrors };
      const by = requireViewer(context).id;
      return { event: { kind: "authorized", by, note, parcels: plan.parcels } };
    },
    context,
  );
  return answerWithReturn(answer, returnId, context);
}

/** The buyer takes it back, or the distributor does not agree: only while its goods are not there. */
export async function takeEndOfReturn(
  ending: "cancel" | "reject",
  { idempotencyKey, waitMs, returnId, reason: given }: EndReturnInput,
  context: Context,
): Promise<ReturnAnswer> {
  const reason = given.trim();
  const wrong =
    reason !== "" && isShortText(reason, MAX_NOTE_CHARACTERS)
      ? []
      : [invalidValue("reason", `1 to ${String(MAX_NOTE_CHARACTERS)} characters`)];
  const definition = ending === "cancel" ? cancelReturn : rejectReturn;
  const answer = await take(
    { definition, idempotencyKey, waitMs, returnId, words: { reason }, wrong },
    () => Promise.resolve(),
    (found) => {
      if (!mayEnd(found)) return past(found);
      const by = requireViewer(context).id;
      return { event: { kind: "endingRequested", ending, by, reason } };
    },
    context,
  );
  return answerWithReturn(answer, returnId, context);
}

type Taken<Words> = {
  readonly definition: CommandDefinition<{ readonly returnId: ReturnId } & Words>;
  readonly idempotencyKey: string;
  readonly waitMs: number | null | undefined;
  readonly returnId: string;
  readonly words: Words;
  /** What is wrong with the words. */
  readonly wrong: readonly UserError[];
};

type EventBody = DistributiveOmit<
  Extract<ReturnToCreditEvent, { kind: "authorized" | "endingRequested" }>,
  "at" | "source"
>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Judged = { readonly event: EventBody } | { readonly userErrors: readonly UserError[] };

/**
 * Done in the transaction of its command, while nobody else changes a return of the order.
 * @param prepare reads what is judged by, before the transaction
 * @param judge of the return as it is under the lock, with all returns of its order
 */
function take<Words extends object>(
  { definition, idempotencyKey, waitMs, returnId, words, wrong }: Taken<Words>,
  prepare: (found: Return) => Promise<void>,
  judge: (found: Return, all: readonly Return[]) => Judged,
  context: Context,
): Promise<CommandAnswer> {
  let found: Return | null = null;
  const work: SettledWork = async (trx) => {
    if (found === null) throw new Error("A return was decided on before it was found.");
    const { id, orderId } = found;
    const all = await lockReturnsOfOrder(trx, orderId);
    const now = all.find((one) => one.id === id);
    const judged = now === undefined ? { userErrors: [UNKNOWN_RETURN] } : judge(now, all);
    if ("userErrors" in judged) throw new RefusedCommand(judged.userErrors);
    const event = { ...judged.event, at: context.deps.clock.now(), source: OURSELVES };
    const effects: CommandEffects = { orders: [], events: [], returns: [{ returnId: id, event }] };
    return { typename: "Return", id, effects };
  };
  return takeCommand(
    {
      definition,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent: { returnId: returnId.trim(), ...words },
      plan: async () => {
        found = await findReturn(returnId, context);
        if (found === null) return { kind: "refused", userErrors: [UNKNOWN_RETURN] };
        if (wrong.length > 0) return { kind: "refused", userErrors: wrong };
        await prepare(found);
        const { id, customerNumber } = found;
        return { kind: "planned", customerNumber, data: { returnId: id, ...words } };
      },
      work,
    },
    context,
  );
}

function past({ status, number }: Return): Judged {
  const message = `${number} is ${status}, and past that.`;
  return { userErrors: [refusal("INVALID_STATUS", message, ["returnId"])] };
}

/** Read anew: it was judged before the command changed it. */
async function answerWithReturn(
  { command, replayed, userErrors }: CommandAnswer,
  rawId: string,
  context: Context,
): Promise<ReturnAnswer> {
  if (command === null) return { command: null, return: null, replayed, userErrors };
  const id = idOrNull(parseReturnId, rawId);
  if (id !== null) context.loaders.return.clear(id);
  return {
    command: commandView(command),
    return: await findReturn(rawId, context),
    replayed,
    userErrors,
  };
}
