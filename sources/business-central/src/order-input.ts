import {
  warehouseOfLine,
  warehousesOfLines,
  type Address,
  type OrderDraft,
  type OrderDraftLine,
  type WarehouseCode,
} from "@crossdock/domain";
import { exactNumber } from "@crossdock/source-http";
import type { Refused } from "@crossdock/source-contract";
import type { Home } from "./customer-reader.ts";
import { ORDER_LINES, SEQUENCE_STEP } from "./order-rows.ts";
import type { ReferenceData } from "./reference-data.ts";
import { referenceComment, referenceOf } from "./references.ts";

/** Lengths of the ERP's address columns; what is longer is cut, as its own screens would. */
const MAX_LENGTHS = { name: 100, line1: 100, line2: 50, city: 30, region: 30, postalCode: 20 };
const MAX_DESCRIPTION_LENGTH = 100;

/**
 * The body that creates the order with its lines.
 * @returns a refusal when the tenant has no such warehouse: nothing needs to be sent to know it
 */
export function orderInput(
  draft: OrderDraft,
  reference: ReferenceData,
  home: Home,
): Refused | { readonly kind: "input"; readonly body: Readonly<Record<string, unknown>> } {
  const unknown = unknownWarehouseOf(draft, reference);
  if (unknown !== null) {
    const message = `There is no warehouse ${unknown}.`;
    return { kind: "refused", code: "UNKNOWN_WAREHOUSE", message };
  }
  const comment = referenceComment(draft);
  const items = draft.lines.map((line) => lineInput(line, draft, reference));
  const lastSequence = items.reduce((last, { sequence }) => Math.max(last, sequence), 0);
  return {
    kind: "input",
    body: {
      customerNumber: draft.customerNumber,
      externalDocumentNumber: referenceOf(draft),
      orderDate: draft.placedAt.slice(0, 10),
      ...(draft.requestedDeliveryOn !== null && {
        requestedDeliveryDate: draft.requestedDeliveryOn,
      }),
      // Named only when it is foreign: the ERP keeps its own currency as a blank.
      ...(draft.currency !== home.currency && { currencyCode: draft.currency }),
      ...shipToFields(draft.shipTo),
      [ORDER_LINES]: [
        ...items,
        ...(comment === null
          ? []
          : [
              { sequence: lastSequence + SEQUENCE_STEP, lineType: "Comment", description: comment },
            ]),
      ],
    },
  };
}

/** @returns a warehouse of the draft that the tenant does not have; `null` when it has them all */
export function unknownWarehouseOf(
  draft: OrderDraft,
  reference: ReferenceData,
): WarehouseCode | null {
  return warehousesOfLines(draft).find((code) => reference.locationIdOf(code) === null) ?? null;
}

/**
 * One line as it is written. The ERP has one location per line: of a line that several warehouses ship, the first.
 * @param draft of warehouses that the tenant has
 */
export function lineInput(line: OrderDraftLine, draft: OrderDraft, reference: ReferenceData) {
  const locationId = reference.locationIdOf(warehouseOfLine(draft, line.lineNumber));
  return {
    sequence: line.lineNumber * SEQUENCE_STEP,
    lineType: "Item",
    lineObjectNumber: line.sku,
    description: line.description.slice(0, MAX_DESCRIPTION_LENGTH),
    unitOfMeasureCode: reference.unitCodeOf(line.ordered.uom),
    quantity: exactNumber(line.ordered.value),
    unitPrice: exactNumber(line.unitPrice.amount),
    locationId,
  };
}

/** Empty text stands for nothing. */
export function shipToFields({ name, lines, city, region, postalCode, country }: Address) {
  const [line1 = "", ...others] = lines;
  return {
    shipToName: (name ?? "").slice(0, MAX_LENGTHS.name),
    shipToAddressLine1: line1.slice(0, MAX_LENGTHS.line1),
    shipToAddressLine2: others.join(", ").slice(0, MAX_LENGTHS.line2),
    shipToCity: city.slice(0, MAX_LENGTHS.city),
    shipToState: (region ?? "").slice(0, MAX_LENGTHS.region),
    shipToPostCode: (postalCode ?? "").slice(0, MAX_LENGTHS.postalCode),
    shipToCountry: country,
  };
}
