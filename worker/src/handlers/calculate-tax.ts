import { calculateTax, reject, type CommandHandler } from "@crossdock/commands";
import { dateOf, extendPrice, invoiceDraftOf, type CalculatedTax } from "@crossdock/domain";
import type { OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { TaxAnswer, TaxDraft, TaxSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";
import type { WarehouseAddresses } from "./warehouse-address.ts";

type TaxData = ReturnType<(typeof calculateTax)["parse"]>;

/** Has the tax source calculate and record what is due on the bill of one shipment. */
export function handleCalculateTax(deps: {
  readonly tax: Pick<TaxSystem, "name" | "calculations">;
  readonly addresses: WarehouseAddresses;
  readonly orderBook: Pick<OrderBook, "readOrders">;
  readonly clock: Clock;
}): CommandHandler {
  const { tax, addresses, orderBook, clock } = deps;
  const { calculations } = tax;
  return defineSending<TaxData, TaxDraft, TaxAnswer>(calculateTax, {
    writer: calculations,
    draftOf: async ({ data, acceptedAt }, signal) => {
      const { orderId, shipmentId, number } = data;
      const [record] = await orderBook.readOrders([orderId]);
      const state = record?.state ?? null;
      // The date of the decision, as of the bill itself: a try over midnight asks the same.
      const date = dateOf(acceptedAt);
      const bill = state === null ? null : invoiceDraftOf(state, shipmentId, number, date);
      if (state === null || bill === null) {
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
    },
    find: ({ documentNumber }, signal) => calculations.findTax(documentNumber, signal),
    create: (draft, _command, signal) => calculations.recordTax(draft, signal),
    done: (answer, { data: { orderId, number } }) => {
      const stamp = { at: clock.now(), source: tax.name };
      const event = { kind: "taxCalculated", number, tax: taxOf(answer), ...stamp } as const;
      return { typename: "Order", id: orderId, orders: [{ orderId, event }] };
    },
  });
}

function taxOf({ lines, freightTax, total }: TaxAnswer): CalculatedTax {
  return { lines: lines.map(({ lineNumber, tax }) => ({ lineNumber, tax })), freightTax, total };
}
