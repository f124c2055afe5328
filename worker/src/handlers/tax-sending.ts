import { reject, type Command, type Outcome } from "@crossdock/commands";
import {
  dateOf,
  extendPrice,
  invoiceDraftOf,
  type CalculatedTax,
  type Instant,
  type InvoiceNumber,
  type OrderId,
  type OrderState,
  type ShipmentId,
} from "@crossdock/domain";
import type { OrderBook } from "@crossdock/processes";
import type { TaxAnswer, TaxDraft, TaxSystem } from "@crossdock/source-contract";
import type { Sending } from "./sending.ts";
import type { WarehouseAddresses } from "./warehouse-address.ts";

export type BillData = {
  readonly orderId: OrderId;
  readonly shipmentId: ShipmentId;
  readonly number: InvoiceNumber;
};

export type TaxSendingDeps = {
  readonly tax: Pick<TaxSystem, "name" | "calculations">;
  readonly addresses: WarehouseAddresses;
  readonly orderBook: Pick<OrderBook, "readOrders">;
};

/**
 * How the tax of a bill is asked for and recorded, under the bill's number: asked again, it is the same document.
 * @param datedAt the moment on whose day the bill is taxed, so that a try over midnight asks the same
 */
export function sendTax(
  { tax: { calculations }, addresses, orderBook }: TaxSendingDeps,
  datedAt: (command: Command<BillData>, state: OrderState) => Instant,
): Omit<Sending<BillData, TaxDraft, TaxAnswer>, "done"> {
  const draftOf = async (
    command: Command<BillData>,
    signal: AbortSignal,
  ): Promise<TaxDraft | Outcome> => {
    const { orderId, shipmentId, number } = command.data;
    const [record] = await orderBook.readOrders([orderId]);
    const state = record?.state ?? null;
    const date = state === null ? null : dateOf(datedAt(command, state));
    const bill =
      state === null || date === null ? null : invoiceDraftOf(state, shipmentId, number, date);
    if (state === null || bill === null || date === null) {
      const message = `Shipment ${shipmentId} of order ${orderId} has nothing to tax.`;
      return reject({ code: "NOT_FOUND", message });
    }
    return {
      documentNumber: number,
      customerNumber: bill.customerNumber,
      currency: bill.currency,
      date,
      shipFrom: await addresses.ofShipment(state, shipmentId, signal),
      shipTo: state.draft.shipTo,
      lines: bill.lines.map(({ orderLineNumber, sku, description, quantity, unitPrice }) => ({
        lineNumber: orderLineNumber,
        sku,
        description,
        quantity: quantity.value,
        amount: extendPrice(unitPrice, quantity.value),
      })),
      freight: bill.freight?.amount ?? null,
    };
  };
  return {
    writer: calculations,
    draftOf,
    find: ({ documentNumber }, signal) => calculations.findTax(documentNumber, signal),
    create: (draft, _command, signal) => calculations.recordTax(draft, signal),
  };
}

export function taxOf({ lines, freightTax, total }: TaxAnswer): CalculatedTax {
  return { lines: lines.map(({ lineNumber, tax }) => ({ lineNumber, tax })), freightTax, total };
}
