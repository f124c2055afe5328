import {
  parseOrderNumber,
  parseShipmentId,
  parseWarehouseCode,
  type Instant,
  type Shipment,
  type ShipmentStatus,
} from "@crossdock/domain";

/** A shipment that came to its status at `at`. @param orders numbers of its orders */
export function shipment(
  id: string,
  status: ShipmentStatus,
  at: Instant,
  orders: readonly string[] = [],
): Shipment {
  return {
    id: parseShipmentId(id),
    number: id,
    orderNumbers: orders.map((raw) => parseOrderNumber(raw)),
    warehouse: parseWarehouseCode("EAST"),
    status,
    carrier: null,
    trackingNumber: status === "SHIPPED" ? `TRACK-${id}` : null,
    trackingUrl: null,
    shipTo: null,
    lines: [],
    packages: [],
    milestones: [{ type: status, at, source: "wms", note: null }],
    shippedAt: null,
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: at,
  };
}
