import { orderOfBill, readSubject } from "@crossdock/domain";
import type { ExceptionResolvers } from "../../generated/resolvers.ts";
import { exceptionView } from "../exception.ts";
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
} as const;

export const Exception: ExceptionResolvers = {
  __resolveReference: async (reference, context) => {
    const record = await visibleException(reference.id, context);
    return record === null ? null : exceptionView(record);
  },
  suggestedAction: ({ action }) => ({ code: action.code, message: action.text }),
  /** What the command locks is what it is about; without a command it is a feed. */
  subject: ({ subject }) => {
    const named = readSubject(subject);
    if (named === null) return null;
    // Finance has no document of it yet: whoever looks for it looks at its order.
    if (named.kind === "bill") return { typename: TYPENAMES.order, id: orderOfBill(named.id) };
    return { typename: TYPENAMES[named.kind], id: named.id };
  },
  command: ({ commandId }, _args, context) =>
    commandId === null ? null : findCommand(commandId, context),
  ageSeconds: ({ openedAt, closed }, _args, context) => {
    const untilMs = closed === null ? context.deps.clock.nowMs() : Date.parse(closed.at);
    return Math.max(0, untilMs - Date.parse(openedAt)) / MS_PER_SECOND;
  },
  resolvedAt: ({ closed }) => closed?.at ?? null,
  resolution: ({ closed }) => closed?.resolution ?? null,
  note: ({ closed }) => closed?.note ?? null,
  resolvedBy: ({ closed }) => closed?.by ?? null,
};
