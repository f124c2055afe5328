import { submitOrder, type Acceptance, type CommandRecord } from "@crossdock/commands";
import {
  InvalidValueError,
  parseOrderId,
  readSubject,
  type UserError,
  type Viewer,
} from "@crossdock/domain";
import { openedOrder, type OrderRecord } from "@crossdock/processes";
import { commandView, conflictWith, requireViewer, idOrNull } from "@crossdock/subgraph-kit";
import type { MutationResolvers, SubmitOrderInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { SubmissionAnswer } from "../models.ts";
import { takeAmendment } from "../requests/amend-order.ts";
import { takeCancellation } from "../requests/cancel-order.ts";
import { takeApproval, takeRejection } from "../requests/decide-order.ts";
import { takeAuthorization, takeEndOfReturn } from "../requests/decide-return.ts";
import { takeSourcing } from "../requests/source-order.ts";
import { takeReturn } from "../requests/request-return.ts";
import { parseSubmission } from "../submission/parse-submission.ts";
import { takeOrders, type BulkErrorPolicy } from "../submission/take-orders.ts";

const MAX_ORDERS = 500;

export const Mutation: MutationResolvers = {
  submitOrder: async (_root, { input }, context) => {
    const [answered] = await submit([input], "REJECT_FAILED", context);
    if (answered === undefined) throw new Error("An order was given no answer.");
    return answered;
  },

  submitOrders: async (_root, { inputs, errorPolicy }, context) => {
    if (inputs.length > MAX_ORDERS) {
      throw new InvalidValueError("inputs", inputs.length, `at most ${String(MAX_ORDERS)} orders`);
    }
    return submit(inputs, errorPolicy ?? "REJECT_FAILED", context);
  },

  cancelOrder: (_root, { input }, context) => takeCancellation(input, context),
  amendOrder: (_root, { input }, context) => takeAmendment(input, context),
  approveOrder: (_root, { input }, context) => takeApproval(input, context),
  rejectOrder: (_root, { input }, context) => takeRejection(input, context),
  sourceOrder: (_root, { input }, context) => takeSourcing(input, context),
  requestReturn: (_root, { input }, context) => takeReturn(input, context),
  authorizeReturn: (_root, { input }, context) => takeAuthorization(input, context),
  rejectReturn: (_root, { input }, context) => takeEndOfReturn("reject", input, context),
  cancelReturn: (_root, { input }, context) => takeEndOfReturn("cancel", input, context),
};

async function submit(
  inputs: readonly SubmitOrderInput[],
  policy: BulkErrorPolicy,
  context: Context,
): Promise<SubmissionAnswer[]> {
  const viewer = requireViewer(context);
  const submissions = inputs.map(parseSubmission);
  const taken = await takeOrders(submissions, policy, viewer, context);
  return Promise.all(
    taken.map((one, at) =>
      one.kind === "refused"
        ? refuse(one.userErrors)
        : answer(one, submissions[at]?.waitMs ?? 0, viewer, context),
    ),
  );
}

async function answer(
  { kind, command }: Acceptance,
  waitMs: number,
  viewer: Viewer,
  context: Context,
): Promise<SubmissionAnswer> {
  if (kind === "conflict") return refuse([conflictWith(command, viewer)]);
  const { deps, signal, replayed } = context;
  if (kind === "replayed") replayed?.add(command.id);
  const settled =
    waitMs > 0 ? await deps.commandLog.waitUntilSettled(command.id, waitMs, signal) : null;
  return {
    command: commandView(settled ?? command),
    order:
      kind === "accepted" && settled === null ? openedBy(command) : await orderOf(command, context),
    replayed: kind === "replayed",
    userErrors: [],
  };
}

/** The order as it was written a moment ago, with the command. */
function openedBy(command: CommandRecord): OrderRecord {
  const draft = submitOrder.parse(command.data);
  return openedOrder(draft, command.id);
}

/** The order that the command opened, read anew: it may have got its number while we waited. */
async function orderOf(
  { subject }: CommandRecord,
  { loaders }: Context,
): Promise<OrderRecord | null> {
  const named = readSubject(subject);
  const id = named?.kind === "order" ? idOrNull(parseOrderId, named.id) : null;
  return id === null ? null : loaders.order.clear(id).load(id);
}

function refuse(userErrors: readonly UserError[]): SubmissionAnswer {
  return { command: null, order: null, replayed: false, userErrors };
}
