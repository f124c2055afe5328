/** Everything by which the things of one account can be asked for. */
export type Names = {
  readonly customer: string;
  readonly order: string;
  readonly orderNumber: string;
  readonly orderLine: string;
  readonly reference: string;
  readonly command: string;
  readonly idempotencyKey: string;
  readonly shipment: string;
  readonly shipmentNumber: string;
  readonly tracking: string;
  readonly invoice: string;
  readonly invoiceNumber: string;
  readonly reservation: string;
  readonly return: string;
};

/** Names that are like real ones in everything but that nothing has them. */
export const NOTHING: Names = {
  customer: "C99990",
  order: "ZZZZZZZZZZ",
  orderNumber: "SO-9999999",
  orderLine: "ZZZZZZZZZZ/1",
  reference: "E2E-zzzzzzzz",
  command: "01JZZZZZZZZZZZZZZZZZZZZZZZ",
  idempotencyKey: "00000000-0000-4000-8000-00000000000f",
  shipment: "299999999",
  shipmentNumber: "299999998",
  tracking: "1Z9999999999999999",
  invoice: "00000000-0000-4000-8000-000000000000",
  invoiceNumber: "SO-9999999-1",
  reservation: "01JZZZZZZZZZZZZZZZZZZZZZZY",
  return: "01JZZZZZZZZZZZZZZZZZZZZZZX",
};

/** An answer without the names that were asked for: what is told of one thing can be held against what is told of another. */
export function withoutNames(text: string, names: Names): string {
  return Object.entries(names)
    .sort(([, left], [, right]) => right.length - left.length)
    .reduce((left, [kind, name]) => left.replaceAll(name, `<${kind}>`), text);
}
