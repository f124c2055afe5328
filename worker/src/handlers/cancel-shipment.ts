import { cancelShipment, type CommandHandler } from "@crossdock/commands";
import type { Shipment } from "@crossdock/domain";
import { shipmentSnapshotOf } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type CancelData = ReturnType<(typeof cancelShipment)["parse"]>;

/** Has the warehouse not send a shipment, and tells its order why. */
export function handleCancelShipment(deps: {
  readonly wms: WmsSystem;
  readonly clock: Clock;
}): CommandHandler {
  const { wms, clock } = deps;
  return defineSending<CancelData, CancelData, Shipment>(cancelShipment, {
    writer: wms.cancellations,
    draftOf: ({ data }) => Promise.resolve(data),
    find: ({ shipmentId }, signal) => wms.cancellations.findCancelledShipment(shipmentId, signal),
    create: ({ shipmentId }, _command, signal) =>
      wms.cancellations.cancelShipment(shipmentId, signal),
    done: (shipment, { data: { orderId, orderNumber, reason } }) => {
      const snapshot = { ...shipmentSnapshotOf(shipment, orderNumber), problem: reason };
      const stamp = { at: clock.now(), source: wms.name };
      const event = { kind: "shipmentProgressed", shipment: snapshot, ...stamp } as const;
      return { typename: "Shipment", id: shipment.id, orders: [{ orderId, event }] };
    },
  });
}
