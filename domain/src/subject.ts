import type { Brand } from "./brand.ts";
import type {
  CustomerNumber,
  InvoiceId,
  InvoiceNumber,
  OrderId,
  OrderKey,
  OrderNumber,
  ReceiptId,
  ShipmentId,
  Sku,
} from "./identifiers.ts";
import type { ReturnId } from "./return.ts";

/**
 * One thing that changes: the key of its events, the tag of its cache entries, the lock of its
 * commands and the filter of its subscriptions. `order:7K3QF9M2ZT`, `stock:NG-10001`.
 */
export type Subject = Brand<string, "Subject">;

export const SUBJECT_KINDS = [
  "order",
  "stock",
  "shipment",
  "invoice",
  "bill",
  "allocation",
  "item",
  "customer",
  "command",
  "exception",
  "feed",
  "return",
  "receipt",
  "probe",
  "trouble",
  "webhook",
  "mismatch",
] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export const orderSubject = (id: OrderId): Subject => `order:${id}` as Subject;
/** A client's request for a whole order: its steps lock the order, not the request itself. */
export const orderRequestSubject = (id: OrderId): Subject => `order-request:${id}` as Subject;
export const stockSubject = (sku: Sku): Subject => `stock:${sku}` as Subject;
/** An item of the catalogue with its prices; where it lies is its `stock:`. */
export const itemSubject = (sku: Sku): Subject => `item:${sku}` as Subject;
export const customerSubject = (number: CustomerNumber): Subject => `customer:${number}` as Subject;
/** What an account owes: it changes with each of its invoices. */
export const receivablesSubject = (number: CustomerNumber): Subject =>
  `receivables:${number}` as Subject;
/** Which shipments an order has. */
export const shipmentsOfOrderSubject = (number: OrderNumber): Subject =>
  `shipments-of-order:${number}` as Subject;
export const shipmentSubject = (id: ShipmentId): Subject => `shipment:${id}` as Subject;
/** An announcement that no warehouse has numbered yet, by our key. */
export const receiptRequestSubject = (key: OrderKey): Subject =>
  `receipt-request:${key}` as Subject;
/** Goods that a supplier sends to a warehouse. */
export const receiptSubject = (id: ReceiptId): Subject => `receipt:${id}` as Subject;
/**
 * A bill that is to be raised, while finance has no document of it: what it takes is done for itself, so that a source
 * of billing that is away keeps neither the order's goods nor its other bills.
 */
export const billSubject = (order: OrderId, number: InvoiceNumber): Subject =>
  `bill:${order}/${number}` as Subject;
/** @param id of a subject of the kind `bill` */
export const orderOfBill = (id: string): OrderId => id.slice(0, id.indexOf("/")) as OrderId;
/** What of an order no warehouse sends: one thing to decide on, beside whatever else is wrong with the order. */
export const allocationSubject = (order: OrderId): Subject => `allocation:${order}` as Subject;
export const invoiceSubject = (id: InvoiceId): Subject => `invoice:${id}` as Subject;
export const commandSubject = (id: string): Subject => `command:${id}` as Subject;
export const exceptionSubject = (id: string): Subject => `exception:${id}` as Subject;
export const returnSubject = (id: ReturnId): Subject => `return:${id}` as Subject;
/** @param name of the source and what it tells of, e.g. `wms-shipment` */
export const feedSubject = (name: string): Subject => `feed:${name}` as Subject;

/** What keeps a shipment from arriving, beside what is missing of it. */
export const troubleSubject = (id: ShipmentId): Subject => `trouble:${id}` as Subject;
/** @param name of something of ours that looks again and again whether all is well */
export const probeSubject = (name: string): Subject => `probe:${name}` as Subject;

/** @param name of a webhook of the configuration */
export const webhookSubject = (name: string): Subject => `webhook:${name}` as Subject;

/**
 * Two systems that do not say the same of something, beside whatever else is wrong with it.
 * @param scope what was compared @param thing what it is about @param part of it, where one thing may differ in several
 */
export const mismatchSubject = (scope: string, thing: Subject, part?: string): Subject =>
  `mismatch:${scope}/${thing}${part === undefined ? "" : `@${part}`}` as Subject;
/** @param id of a subject of the kind `mismatch` @returns what it is about */
export const thingOfMismatch = (id: string): string =>
  id.slice(id.indexOf("/") + 1).replace(/@.*$/, "");

/** @returns `null` when the text is no subject of a kind that we know. */
export function readSubject(
  subject: string,
): { readonly kind: SubjectKind; readonly id: string } | null {
  const at = subject.indexOf(":");
  const kind = SUBJECT_KINDS.find((known) => known === subject.slice(0, at));
  const id = subject.slice(at + 1);
  return kind === undefined || id === "" ? null : { kind, id };
}
