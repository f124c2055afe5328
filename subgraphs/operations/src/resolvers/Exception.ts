import { orderOfBill, readSubject, thingOfMismatch } from "@crossdock/domain";
import type { ExceptionResolvers } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import { exceptionView, type ExceptionView } from "../exception.ts";
import { visibleException } from "../visible-exception.ts";
import { findCommand } from "./Query.ts";

const MS_PER_SECOND = 1_000;

const TYPENAMES = {
  order: "Order",
  stock: "Product",
  item: "Product",
  shipment: "Shipment",
  invoice: "Invoice",
  customer: "Customer",
  command: "Command",
  exception: "Exception",
  feed: "Feed",
  return: "Return",
  receipt: "Receipt",
  probe: "Probe",
  trouble: "Shipment",
  webhook: "Webhook",
} as const;

export const Exception: ExceptionResolvers = {
  __resolveReference: async (reference, context) => {
    const record = await visibleException(reference.id, context);
    return record === null ? null : exceptionView(record);
  },
  suggestedAction: ({ action }) => ({ code: action.code, message: action.text }),
  /** What the command locks is what it is about; without a command it is a feed. */
  subject: ({ subject }) => {
    const own = readSubject(subject);
    // Systems that do not agree are about the thing on which they do not.
    const named = own?.kind === "mismatch" ? readSubject(thingOfMismatch(own.id)) : own;
    if (named === null || named.kind === "mismatch") return null;
    // Finance has no document of it yet: whoever looks for it looks at its order.
    if (named.kind === "bill") return { typename: TYPENAMES.order, id: orderOfBill(named.id) };
    if (named.kind === "allocation") return { typename: TYPENAMES.order, id: named.id };
    return { typename: TYPENAMES[named.kind], id: named.id };
  },
  command: ({ commandId }, _args, context) =>
    commandId === null ? null : findCommand(commandId, context),
  ageSeconds: ({ openedAt, closed }, _args, context) => {
    const untilMs = closed === null ? context.deps.clock.nowMs() : Date.parse(closed.at);
    return Math.max(0, untilMs - Date.parse(openedAt)) / MS_PER_SECOND;
  },
  isOverdue: ({ dueAt, closed }, _args, context) =>
    dueAt < (closed?.at ?? context.deps.clock.now()),
  editable: async (exception, _args, context) => (await editableOf(exception, context)).length > 0,
  editableFields: (exception, _args, context) => editableOf(exception, context),
  resolvedAt: ({ closed }) => closed?.at ?? null,
  resolution: ({ closed }) => closed?.resolution ?? null,
  note: ({ closed }) => closed?.note ?? null,
  resolvedBy: ({ closed }) => closed?.by ?? null,
};

/** Nothing of what is closed, and nothing where no command waits. */
async function editableOf(
  { commandId, closed }: ExceptionView,
  { deps, loaders }: Context,
): Promise<readonly string[]> {
  if (commandId === null || closed !== null) return [];
  const command = await loaders.command.load(commandId);
  if (command === null) return [];
  return deps.commandLog.registry.find(command.type, command.version)?.editable ?? [];
}
