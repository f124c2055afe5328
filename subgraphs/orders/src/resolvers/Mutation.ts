import { submitOrder, type Acceptance, type CommandRecord } from "@crossdock/commands";
import {
  maySee,
  parseOrderId,
  readSubject,
  refusal,
  type UserError,
  type Viewer,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { commandView, maySeeCommand, requireViewer, idOrNull } from "@crossdock/subgraph-kit";
import type { MutationResolvers } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { SubmissionAnswer } from "../models.ts";
import { acceptOrder } from "../submission/accept-order.ts";
import { checkSubmission } from "../submission/check-submission.ts";
import { draftOf } from "../submission/draft.ts";
import { parseSubmission, type Submission } from "../submission/parse-submission.ts";

export const Mutation: MutationResolvers = {
  submitOrder: async (_root, { input }, context) => {
    const viewer = requireViewer(context);
    const submission = parseSubmission(input);
    // Before the rules: what was accepted once stays accepted, whatever has changed since.
    const earlier = await recall(submission, viewer, context);
    if (earlier !== null) return answer(earlier, submission.waitMs, viewer, context);
    const checked = await checkSubmission(submission, viewer, context);
    const { idempotencyKey, intent } = submission;
    if (idempotencyKey === null || checked.userErrors.length > 0) return refuse(checked.userErrors);
    const draft = draftOf(checked, viewer.role, context.deps.clock.now());
    const acceptance = await acceptOrder(draft, { idempotencyKey, intent }, viewer, context);
    return answer(acceptance, submission.waitMs, viewer, context);
  },
};

/**
 * For an account that is not the viewer's nothing is recalled: it does not exist. What is wrong in
 * itself was never accepted.
 */
async function recall(
  { idempotencyKey, customerNumber, intent, userErrors }: Submission,
  viewer: Viewer,
  { deps }: Context,
): Promise<Acceptance | null> {
  if (idempotencyKey === null || customerNumber === null || userErrors.length > 0) return null;
  if (!maySee(viewer, customerNumber)) return null;
  const { clientId } = viewer;
  return deps.commandLog.recall(submitOrder, { clientId, idempotencyKey, fingerprint: intent });
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
    order: await orderOf(command, context),
    replayed: kind === "replayed",
    userErrors: [],
  };
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

/** An application serves many accounts: the other command is named only to those who may see it. */
function conflictWith(command: CommandRecord, viewer: Viewer): UserError {
  const first = maySeeCommand(viewer, command) ? ` for command ${command.id}` : "";
  const message = `This idempotency key was used before${first}, with another input.`;
  return refusal("IDEMPOTENCY_CONFLICT", message, ["idempotencyKey"]);
}

function refuse(userErrors: readonly UserError[]): SubmissionAnswer {
  return { command: null, order: null, replayed: false, userErrors };
}
