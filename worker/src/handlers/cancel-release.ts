import { cancelRelease, reject, type CommandHandler } from "@crossdock/commands";
import { shipmentSnapshotOf, type OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { CancelledRelease, ReleaseCancellation, WmsSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type CancelData = ReturnType<(typeof cancelRelease)["parse"]>;

/** Takes back what the warehouse was told to send. */
export function handleCancelRelease(deps: {
  readonly wms: WmsSystem;
  readonly orderBook: OrderBook;
  readonly clock: Clock;
}): CommandHandler {
  const { wms, orderBook, clock } = deps;
  return defineSending<CancelData, ReleaseCancellation, CancelledRelease>(cancelRelease, {
    writer: wms.cancellations,
    draftOf: async ({ data: { orderId, release } }) => {
      const [record] = await orderBook.readOrders([orderId]);
      const number = record?.number ?? null;
      if (number !== null) return { orderNumber: number, release };
      const message = `Order ${orderId} has no release ${String(release)}.`;
      return reject({ code: "NOT_FOUND", message });
    },
    find: (draft, signal) => wms.cancellations.findCancelledRelease(draft, signal),
    create: (draft, _command, signal) => wms.cancellations.cancelRelease(draft, signal),
    done: ({ shipments }, { data: { orderId, release } }) => {
      const event = {
        kind: "releaseCancelled",
        release,
        shipments: shipments.flatMap((shipment) =>
          shipment.orderNumbers.map((number) => shipmentSnapshotOf(shipment, number)),
        ),
        at: clock.now(),
        source: wms.name,
      } as const;
      return { typename: "Order", id: orderId, orders: [{ orderId, event }], shipments };
    },
  });
}
