import {
  orderSubject,
  receivablesSubject,
  shipmentsOfOrderSubject,
  type Subject,
} from "@crossdock/domain";
import {
  customerChanged,
  inventoryChanged,
  invoiceChanged,
  orderChanged,
  priceChanged,
  productChanged,
  shipmentProgressed,
  type EventLog,
  type RecordedEvent,
} from "@crossdock/events";
import type { ReadCache } from "./read-cache.ts";

/** Events of what is read from sources; of whatever version, their subject is what changed. */
const TYPES: ReadonlySet<string> = new Set([
  customerChanged.type,
  inventoryChanged.type,
  invoiceChanged.type,
  orderChanged.type,
  priceChanged.type,
  productChanged.type,
  shipmentProgressed.type,
]);

const OURS: ReadonlySet<string> = new Set(["RESERVED", "RELEASED"]);

/**
 * Expires what an event tells of before anybody in this process can have the event: who has seen its cursor is
 * never shown what was before it. Every process does so by its own reading of the log; it needs no bus for it.
 * @returns when from now on no event is missed; call the result to end it
 */
export function expireOnEvents(
  cache: Pick<ReadCache, "expire">,
  eventLog: Pick<EventLog, "witness">,
) {
  return eventLog.witness((event) => {
    cache.expire(subjectsOfEvent(event));
  });
}

/** What may be different after an event: its subject, and what is known of by another key. */
export function subjectsOfEvent(event: RecordedEvent): readonly Subject[] {
  if (!TYPES.has(event.type)) return [];
  if (invoiceChanged.is(event) && event.customerNumber !== null) {
    return [event.subject, receivablesSubject(event.customerNumber)];
  }
  if (shipmentProgressed.is(event)) {
    const { orderNumbers, orderIds } = event.data;
    return [
      event.subject,
      ...orderNumbers.map(shipmentsOfOrderSubject),
      // The ERP's document tells what is shipped.
      ...orderIds.map(orderSubject),
    ];
  }
  // Our reservations are read from the ledger; the warehouse does not know of them.
  const isOurs = inventoryChanged.is(event) && OURS.has(event.data.change);
  return isOurs ? [] : [event.subject];
}
