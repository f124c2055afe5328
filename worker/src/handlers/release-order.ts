import { reject, releaseOrder, type CommandHandler } from "@crossdock/commands";
import type { OrderState } from "@crossdock/domain";
import { shipmentSnapshotOf, type OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { Release, ReleaseDraft, WmsSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type ReleaseData = ReturnType<(typeof releaseOrder)["parse"]>;

/** Tells the warehouse to send the order. */
export function handleReleaseOrder(deps: {
  readonly wms: WmsSystem;
  readonly orderBook: OrderBook;
  readonly clock: Clock;
}): CommandHandler {
  const { wms, orderBook, clock } = deps;
  return defineSending<ReleaseData, ReleaseDraft, Release>(releaseOrder, {
    writer: wms.shipments,
    draftOf: async ({ data }) => {
      const [record] = await orderBook.readOrders([data.orderId]);
      const draft = record?.state == null ? null : releaseDraftOf(record.state, data.release);
      const message = `Order ${data.orderId} is not in the ERP and cannot be released.`;
      return draft ?? reject({ code: "NOT_FOUND", message });
    },
    find: (draft, signal) => wms.shipments.findRelease(draft, signal),
    create: (draft, _command, signal) => wms.shipments.createRelease(draft, signal),
    done: ({ shipments, sourceId, orderNumber }, { data }) => {
      const snapshots = shipments.map((shipment) => shipmentSnapshotOf(shipment, orderNumber));
      const event = {
        kind: "releaseCreated",
        release: data.release,
        shipments: snapshots,
        at: clock.now(),
        source: wms.name,
      } as const;
      return {
        typename: "Shipment",
        id: shipments[0]?.id ?? sourceId,
        orders: [{ orderId: data.orderId, event }],
      };
    },
  });
}

/** @returns `null` while the ERP has not numbered the order, and for a release that it does not have */
function releaseDraftOf(
  { number, draft, steps }: OrderState,
  release: number,
): ReleaseDraft | null {
  const step = steps.find((other) => other.release === release);
  if (number === null || step?.warehouse == null) return null;
  const quantities = new Map(step.lines.map((line) => [line.lineNumber, line.quantity]));
  return {
    orderNumber: number,
    release,
    orderKey: draft.key,
    customerNumber: draft.customerNumber,
    customerReference: draft.customerReference,
    warehouse: step.warehouse,
    placedAt: draft.placedAt,
    shipTo: draft.shipTo,
    lines: draft.lines.flatMap(({ lineNumber, sku, description }) => {
      const quantity = quantities.get(lineNumber);
      return quantity === undefined ? [] : [{ lineNumber, sku, description, quantity }];
    }),
  };
}
