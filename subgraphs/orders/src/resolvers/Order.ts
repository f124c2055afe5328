import type { OrderRecord } from "@crossdock/processes";
import { requireViewer, idOrNull } from "@crossdock/subgraph-kit";
import { parseOrderId } from "@crossdock/domain";
import type { OrderResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import { readAllocationFailures } from "../order/allocation-failures.ts";
import { blockersOf, type LineBlocker } from "../order/blockers.ts";
import { readErpPart, subtotalOf, totalOf } from "../order/erp-part.ts";
import { holdsOf } from "../order/holds.ts";
import { linesOf } from "../order/order-lines.ts";
import { postingsOf } from "../order/postings.ts";
import { sourcingOfOrder } from "../order/sourcing-view.ts";
import { timelineOf } from "../order/timeline.ts";

/** The book's record, and of the ERP's document what was asked for. */
export const Order: OrderResolvers = {
  __resolveReference: (reference, context) => findOrder(reference.id, context),
  customer: (record) => ({ number: record.customerNumber }),
  channel: (record) => record.state?.draft.channel ?? "ERP",
  synthetic: (record) => record.state?.draft.isSynthetic ?? false,
  requestedDeliveryDate: async (record, _args, context) => {
    const part = await readErpPart(record, context);
    return part.kind === "document"
      ? part.order.requestedDeliveryOn
      : part.draft.requestedDeliveryOn;
  },
  shipTo: async (record, _args, context) => {
    const part = await readErpPart(record, context);
    return part.kind === "document" ? part.order.shipTo : part.draft.shipTo;
  },
  lines: async (record, _args, context) => linesOf(record, await readErpPart(record, context)),
  sourcing: ({ state }) => (state === null ? null : sourcingOfOrder(state)),
  allocationFailures: ({ state }, _args, context) =>
    state === null ? [] : readAllocationFailures(state, context),
  subtotal: async (record, _args, context) => subtotalOf(await readErpPart(record, context)),
  tax: async (record, _args, context) => {
    const part = await readErpPart(record, context);
    return part.kind === "document" ? part.order.tax : null;
  },
  freight: () => null,
  total: async (record, _args, context) => totalOf(await readErpPart(record, context)),
  holds: async (record, _args, context) => holdsOf(record, await readErpPart(record, context)),
  timeline: (record, _args, { deps }) => timelineOf(record, deps.erp.name),
  blockers: (record, _args, context) => readBlockers(record, context),
  postings: (record, _args, context) =>
    postingsOf(record, namesOf(context), context.deps.clock.nowMs()),
  provenance: async (record, _args, context) => (await readErpPart(record, context)).provenance,
};

/** @returns `null` for an unknown order and for somebody else's, with no difference */
export async function findOrder(rawId: string, context: Context): Promise<OrderRecord | null> {
  const id = idOrNull(parseOrderId, rawId);
  if (id === null) return null;
  return visibleTo(requireViewer(context), await context.loaders.order.load(id));
}

/** All that stands in the way of the order, with the lines that each thing concerns. */
export async function readBlockers(
  record: OrderRecord,
  context: Context,
): Promise<readonly LineBlocker[]> {
  const part = await readErpPart(record, context);
  return blockersOf({
    record,
    holds: holdsOf(record, part),
    lines: linesOf(record, part),
    nowMs: context.deps.clock.nowMs(),
    names: namesOf(context),
    pausedSince: (system) => {
      const { pauses, [system]: source } = context.deps;
      return pauses?.laneHeldBy(source.name)?.pausedAt ?? null;
    },
  });
}

function namesOf({ deps }: Context) {
  return { erp: deps.erp.name, wms: deps.wms.name, finance: deps.finance.name };
}
