export { createConsumerOffsets } from "./consumer-offsets.ts";
export type { ConsumerOffsets } from "./consumer-offsets.ts";
export { defineEvent, earlierVersion } from "./define-event.ts";
export type { EarlierVersion, EventContext, EventDefinition, NewEvent } from "./define-event.ts";
export {
  CursorExpiredError,
  InvalidEventDataError,
  SlowConsumerError,
  UnknownEventTypeError,
} from "./errors.ts";
export { createEventLog, MAX_APPEND, MAX_PAGE } from "./event-log.ts";
export type { AppendContext, EventLog, EventLogDeps, PageRequest } from "./event-log.ts";
export { createEventQuarantine, MAX_QUARANTINE_PAGE } from "./event-quarantine.ts";
export type { EventQuarantine, Release } from "./event-quarantine.ts";
export type { QuarantinedEvent } from "./quarantine-store.ts";
export type { EventRow } from "./log-store.ts";
export type { FollowOptions } from "./follower.ts";
export {
  decodeCursor,
  encodeCursor,
  InvalidCursorError,
  isAfter,
  laterOf,
  LOG_START,
  parsePosition,
} from "./position.ts";
export type { Position } from "./position.ts";
export { decodeSnapshotCursor, encodeSnapshotCursor } from "./snapshot-cursor.ts";
export type { SnapshotPlace } from "./snapshot-cursor.ts";
export type { RecordedEvent, Selection, Topics } from "./recorded-event.ts";
export type { EventConsumer } from "./event-consumer.ts";
export { createReplayer, MAX_REPLAY } from "./replay.ts";
export type { Replayer, ReplayEffect, ReplayPlan, ReplayRequest } from "./replay.ts";
export type { Witness } from "./witnesses.ts";
export { createRetention } from "./retention.ts";
export { CONSUMER_PAGE, createLogConsumer } from "./log-consumer.ts";
export type { LogConsumer, LogConsumerOptions } from "./log-consumer.ts";
export type { Retention, RetentionOptions } from "./retention.ts";
export { consumersOf } from "./catalogue/catalogue.ts";
export { schemaFileOf } from "./catalogue/schema-files.ts";
export { allEvents } from "./definitions/all.ts";
export { allConsumers } from "./definitions/consumers.ts";
export { commandProgressed } from "./definitions/commands/command-progressed.ts";
export { exceptionChanged } from "./definitions/exceptions/exception-changed.ts";
export { exceptionRaised } from "./definitions/exceptions/exception-raised.ts";
export { inventoryChanged } from "./definitions/inventory/inventory-changed.ts";
export { productChanged } from "./definitions/inventory/product-changed.ts";
export { customerChanged } from "./definitions/orders/customer-changed.ts";
export { priceChanged } from "./definitions/orders/price-changed.ts";
export { invoiceChanged } from "./definitions/billing/invoice-changed.ts";
export { orderChanged } from "./definitions/orders/order-changed.ts";
export { returnChanged } from "./definitions/orders/return-changed.ts";
export { shipmentProgressed } from "./definitions/shipments/shipment-progressed.ts";
