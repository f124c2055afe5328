import {
  addMoney,
  isZero,
  money,
  parseCurrencyCode,
  roundMoney,
  zeroMoney,
  type Address,
  type CurrencyCode,
  type Decimal,
} from "@crossdock/domain";
import type { TaxAnswer, TaxDraft } from "@crossdock/source-contract";
import { decimalField, exactNumber } from "@crossdock/source-http";
import { z } from "zod";

/** The vendor's codes for goods of no special kind, and for carriage by a common carrier. */
const GOODS_TAX_CODE = "P0000000";
const FREIGHT_TAX_CODE = "FR020100";
/** Of the line that is no line of ours. */
const FREIGHT_LINE = "FREIGHT";
const MAX_DESCRIPTION_CHARACTERS = 2_096;
const MAX_ITEM_CODE_CHARACTERS = 50;
const ONE = "1" as Decimal;

export type TransactionType = "SalesOrder" | "SalesInvoice";

const transaction = z.object({
  code: z.string(),
  status: z.string(),
  currencyCode: z.string(),
  lines: z.array(z.object({ lineNumber: z.string(), tax: decimalField })),
  summary: z.array(z.object({ jurisName: z.string(), rate: decimalField, tax: decimalField })),
});
export type TransactionDocument = z.infer<typeof transaction>;
export const transactionSchema: z.ZodType<TransactionDocument> = transaction;

/** A document that is voided is told of for ever. */
export function isVoided({ status }: TransactionDocument): boolean {
  return status === "Cancelled";
}

/** @param type an order is forgotten, an invoice is kept and committed */
export function toTransaction(draft: TaxDraft, type: TransactionType, companyCode: string) {
  const { shipFrom, shipTo, freight } = draft;
  return {
    type,
    companyCode,
    code: draft.documentNumber,
    date: draft.date,
    customerCode: draft.customerNumber,
    currencyCode: draft.currency,
    commit: type === "SalesInvoice",
    addresses:
      shipFrom === null
        ? { singleLocation: toAddress(shipTo) }
        : { shipFrom: toAddress(shipFrom), shipTo: toAddress(shipTo) },
    lines: [
      ...draft.lines.map(({ lineNumber, sku, description, quantity, amount }) => ({
        number: String(lineNumber),
        quantity: exactNumber(quantity),
        amount: exactNumber(amount.amount),
        taxCode: GOODS_TAX_CODE,
        description: description.slice(0, MAX_DESCRIPTION_CHARACTERS),
        ...(sku === null ? {} : { itemCode: sku.slice(0, MAX_ITEM_CODE_CHARACTERS) }),
      })),
      ...(freight === null
        ? []
        : [
            {
              number: FREIGHT_LINE,
              quantity: exactNumber(ONE),
              amount: exactNumber(freight.amount),
              taxCode: FREIGHT_TAX_CODE,
              description: "Freight",
            },
          ]),
    ],
  };
}

export function toAnswer(document: TransactionDocument): TaxAnswer {
  const currency = parseCurrencyCode(document.currencyCode);
  const due = (amount: Decimal) => roundMoney(money(amount, currency));
  const lines = document.lines
    .filter(({ lineNumber }) => lineNumber !== FREIGHT_LINE)
    .map(({ lineNumber, tax }) => ({ lineNumber: Number(lineNumber), tax: due(tax) }));
  const freight = document.lines.find(({ lineNumber }) => lineNumber === FREIGHT_LINE);
  const freightTax = freight === undefined ? roundedZero(currency) : due(freight.tax);
  return {
    documentNumber: document.code,
    lines,
    freightTax,
    total: addMoney(freightTax, ...lines.map(({ tax }) => tax)),
    jurisdictions: document.summary
      .filter(({ tax }) => !isZero(tax))
      .map(({ jurisName, rate, tax }) => ({ name: jurisName, rate, tax: due(tax) })),
  };
}

function roundedZero(currency: CurrencyCode) {
  return roundMoney(zeroMoney(currency));
}

function toAddress({ lines, city, region, postalCode, country }: Address) {
  const [line1 = "", line2, line3] = lines;
  return {
    line1,
    ...(line2 === undefined ? {} : { line2 }),
    ...(line3 === undefined ? {} : { line3 }),
    city,
    ...(region === null ? {} : { region }),
    ...(postalCode === null ? {} : { postalCode }),
    country,
  };
}
