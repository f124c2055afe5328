import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";
import { optionalDate, optionalGuid, optionalText, optionName } from "./wire-values.ts";

export const ORDERS = "salesOrders";
export const ORDER_LINES = "salesOrderLines";

/** Lines are numbered in steps, so that the ERP can put texts and charges between them. */
export const SEQUENCE_STEP = 10_000;

const LINE_FIELDS = [
  "sequence",
  "lineType",
  "lineObjectNumber",
  "description",
  "unitOfMeasureCode",
  "quantity",
  "unitPrice",
  "amountExcludingTax",
  "shippedQuantity",
  "invoicedQuantity",
  "locationId",
].join(",");

const HEADER_FIELDS = [
  "number",
  "externalDocumentNumber",
  "orderDate",
  "requestedDeliveryDate",
  "customerNumber",
  "shipToName",
  "shipToAddressLine1",
  "shipToAddressLine2",
  "shipToCity",
  "shipToState",
  "shipToPostCode",
  "shipToCountry",
  "currencyCode",
  "totalAmountExcludingTax",
  "totalTaxAmount",
  "totalAmountIncludingTax",
  "fullyShipped",
  "status",
  "lastModifiedDateTime",
].join(",");

/** What every read of orders asks for: the header with its lines, and no field more. */
export const ORDER_SHAPE = {
  $select: HEADER_FIELDS,
  $expand: `${ORDER_LINES}($select=${LINE_FIELDS})`,
} as const;

/** The same with what a change has to name: ids, which bring the versions with them. */
export const CHANGEABLE_SHAPE = {
  $select: `id,${HEADER_FIELDS}`,
  $expand: `${ORDER_LINES}($select=id,${LINE_FIELDS})`,
} as const;

/** Fields that orders and invoices have in common. */
export const headerFields = {
  number: z.string(),
  externalDocumentNumber: z.string(),
  customerNumber: z.string(),
  shipToName: optionalText,
  shipToAddressLine1: optionalText,
  shipToAddressLine2: optionalText,
  shipToCity: optionalText,
  shipToState: optionalText,
  shipToPostCode: optionalText,
  shipToCountry: optionalText,
  currencyCode: optionalText,
  totalAmountExcludingTax: decimalField,
  totalTaxAmount: decimalField,
  totalAmountIncludingTax: decimalField,
  status: optionName,
  lastModifiedDateTime: z.string(),
};
export const lineFields = {
  sequence: integerField,
  lineType: optionName,
  lineObjectNumber: z.string(),
  description: z.string(),
  unitOfMeasureCode: z.string(),
  quantity: decimalField,
  unitPrice: decimalField,
  amountExcludingTax: decimalField,
  locationId: optionalGuid,
};

const line = z.object({
  ...lineFields,
  shippedQuantity: decimalField,
  invoicedQuantity: decimalField,
});
export const orderRow = z.object({
  ...headerFields,
  orderDate: z.string(),
  requestedDeliveryDate: optionalDate,
  fullyShipped: z.boolean(),
  [ORDER_LINES]: z.array(line),
});
export type OrderRow = z.infer<typeof orderRow>;
export type Line = z.infer<typeof line>;

const versioned = { id: z.string(), "@odata.etag": z.string() };
export const changeableRow = orderRow.extend({
  ...versioned,
  [ORDER_LINES]: z.array(line.extend(versioned)),
});
export type ChangeableRow = z.infer<typeof changeableRow>;
