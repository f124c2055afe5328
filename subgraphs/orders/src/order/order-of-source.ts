import { orderIdOfNumber, parseInstant, type Instant, type SourceOrder } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";

/** An order of the ERP's own as the book will have it once the ERP's feed has told of it. */
export function recordOfSource(order: SourceOrder, seenAt: Instant): OrderRecord {
  return {
    id: orderIdOfNumber(order.number),
    number: order.number,
    customerNumber: order.customerNumber,
    customerReference: order.customerReference,
    status: order.status,
    // The ERP knows the day only.
    placedAt: parseInstant(`${order.orderedOn}T00:00:00.000Z`),
    skus: [...new Set(order.lines.map((line) => line.sku))],
    state: null,
    source: { order, seenAt },
  };
}
