import {
  parseReturnId,
  parcelName,
  type ParcelStatus,
  type Return as ReturnRecord,
  type ReturnParcel,
} from "@crossdock/domain";
import { idOrNull, requireViewer } from "@crossdock/subgraph-kit";
import type { ReturnParcelStatus, ReturnResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import { returnBlockersOf } from "../order/return-blockers.ts";

export const Return: ReturnResolvers = {
  __resolveReference: (reference, context) => findReturn(reference.id, context),
  order: async ({ orderId }, _args, { loaders }) => {
    const order = await loaders.order.load(orderId);
    if (order === null) throw new Error(`A return names order ${orderId}, which is not there.`);
    return order;
  },
  lines: (of) => of.lines.map((line) => ({ ...line, of })),
  parcels: (of) => of.parcels.map((parcel) => parcelView(of, parcel)),
  blockers: (of, _args, { deps }) =>
    returnBlockersOf(of, {
      names: { wms: deps.wms.name, finance: deps.finance.name },
      nowMs: deps.clock.nowMs(),
    }),
};

/** @returns `null` for an unknown return and for somebody else's, with no difference */
export async function findReturn(rawId: string, context: Context): Promise<ReturnRecord | null> {
  const id = idOrNull(parseReturnId, rawId);
  if (id === null) return null;
  return visibleTo(requireViewer(context), await context.loaders.return.load(id));
}

function parcelView(of: ReturnRecord, parcel: ReturnParcel) {
  const { warehouse, shipmentId, status } = parcel;
  return {
    number: parcelName(of.number, parcel.number),
    warehouse,
    shipmentId,
    status: PARCEL_STATUSES[status],
  };
}

const PARCEL_STATUSES: Readonly<Record<ParcelStatus, ReturnParcelStatus>> = {
  PLANNED: "ANNOUNCED",
  ASKED: "ANNOUNCED",
  AWAITED: "AWAITED",
  WITHDRAWING: "WITHDRAWN",
  WITHDRAWN: "WITHDRAWN",
  ARRIVED: "ARRIVED",
  INSPECTED: "INSPECTED",
};
