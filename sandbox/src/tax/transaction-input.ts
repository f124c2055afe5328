import { z } from "zod";

const MAX_CODE_CHARACTERS = 50;
const MAX_LINES = 15_000;

const amount = z.number();
const address = z.object({
  line1: z.string().nullish(),
  line2: z.string().nullish(),
  city: z.string().nullish(),
  region: z.string().nullish(),
  postalCode: z.string().nullish(),
  country: z.string().nullish(),
});
export type AddressInput = z.infer<typeof address>;

const addresses = z.object({
  singleLocation: address.nullish(),
  shipFrom: address.nullish(),
  shipTo: address.nullish(),
});

const line = z.object({
  number: z.string().nullish(),
  quantity: amount.default(1),
  amount,
  taxCode: z.string().nullish(),
  itemCode: z.string().nullish(),
  description: z.string().nullish(),
  exemptionCode: z.string().nullish(),
});
export type LineInput = z.infer<typeof line>;

/** As far as the sandbox looks at it; the vendor takes more. */
export const transactionInput = z.object({
  type: z
    .enum(["SalesOrder", "SalesInvoice", "ReturnOrder", "ReturnInvoice"])
    .default("SalesOrder"),
  code: z.string().min(1).max(MAX_CODE_CHARACTERS).nullish(),
  companyCode: z.string().nullish(),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}/),
  customerCode: z.string().min(1),
  exemptionNo: z.string().nullish(),
  entityUseCode: z.string().nullish(),
  currencyCode: z.string().default("USD"),
  purchaseOrderNo: z.string().nullish(),
  referenceCode: z.string().nullish(),
  addresses,
  lines: z.array(line).min(1).max(MAX_LINES),
  commit: z.boolean().default(false),
  taxOverride: z
    .object({
      type: z.enum(["TaxAmount", "TaxDate", "None"]),
      taxAmount: amount.nullish(),
      taxDate: z.string().nullish(),
      reason: z.string(),
    })
    .nullish(),
});
export type TransactionInput = z.infer<typeof transactionInput>;

export const createOrAdjustInput = z.object({
  adjustmentReason: z.string().nullish(),
  adjustmentDescription: z.string().nullish(),
  createTransactionModel: transactionInput,
});

export const voidInput = z.object({
  code: z.enum(["DocVoided", "DocDeleted", "PostFailed", "AdjustmentCancelled", "Unspecified"]),
});
