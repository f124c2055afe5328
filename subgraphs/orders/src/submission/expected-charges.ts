import {
  addMoney,
  dateOf,
  parcelsOf,
  PLAIN_TERMS,
  type Address,
  type Customer,
  type Decimal,
  type Money,
  type Product,
} from "@crossdock/domain";
import type { TaxQuestion } from "@crossdock/reads";
import type { ParcelDraft } from "@crossdock/source-contract";
import { readInTime } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";
import type { CheckedSubmission } from "./check-submission.ts";

/** What an order would cost beside its goods. `null` where nobody charges it, or nobody can say. */
export type ExpectedCharges = { readonly tax: Money | null; readonly freight: Money | null };

/** A preview is for somebody who looks at a basket: what is not known by then is left out, and noted as missing. */
export const CHARGE_PATIENCE_MS = 1_500;

/**
 * Asks the carriers what the way costs, where the account is charged for it, and then the tax engine what is due on all of it.
 * Neither of them is needed to take an order: a source that does not answer costs no more than {@link CHARGE_PATIENCE_MS}.
 */
export async function expectCharges(
  checked: CheckedSubmission,
  context: Context,
): Promise<ExpectedCharges> {
  const { customer, shipTo, check } = checked;
  const isPriced = customer !== null && check.subtotal.currency === customer.currency;
  if (!isPriced || shipTo === null) return { tax: null, freight: null };
  const freight = await expectFreight(checked, { customer, shipTo }, context);
  const tax = await expectTax(checked, { customer, shipTo, freight }, context);
  return { tax, freight };
}

type Buyer = { readonly customer: Customer; readonly shipTo: Address };

async function expectFreight(
  checked: CheckedSubmission,
  { customer, shipTo }: Buyer,
  context: Context,
): Promise<Money | null> {
  const { shippingOptions } = context.deps.reads;
  const terms = context.deps.billingTermsOf?.(customer.number) ?? PLAIN_TERMS;
  if (shippingOptions === null || terms.freight === "IN_PRICES") return null;
  const drafts = parcelDraftsOf(checked, shipTo, await addressesOf(context));
  if (drafts === null || drafts.length === 0) return null;
  const quotes = await Promise.all(
    drafts.map(async (draft) => {
      const options = await readInTime(shippingOptions, draft, context, CHARGE_PATIENCE_MS);
      return options?.document[0]?.price ?? null;
    }),
  );
  const prices = quotes.flatMap((price) => (price?.currency === customer.currency ? [price] : []));
  const [first, ...others] = prices;
  // A part of the way that nobody quotes makes the rest no price.
  if (first === undefined || prices.length < quotes.length) return null;
  return addMoney(first, ...others);
}

/** One for each warehouse that sends something. @returns `null` where it does not go in parcels */
function parcelDraftsOf(
  { check }: CheckedSubmission,
  shipTo: Address,
  addresses: Addresses,
): readonly ParcelDraft[] | null {
  const goodsFrom = new Map<string, { pieces: Decimal; weight: Product["weight"] }[]>();
  const pack = (warehouse: string | null, lineNumber: number, pieces: Decimal) => {
    if (warehouse === null) return;
    const weight = check.lines[lineNumber - 1]?.product?.weight ?? null;
    goodsFrom.set(warehouse, [...(goodsFrom.get(warehouse) ?? []), { pieces, weight }]);
  };
  const { assignments, backorders } = check.sourcing;
  for (const part of assignments) pack(part.warehouse, part.lineNumber, part.quantity.value);
  // Nobody knows yet who will send what has to wait: whoever sends the most of the rest.
  for (const part of backorders) pack(check.warehouse, part.lineNumber, part.quantity.value);
  const drafts: ParcelDraft[] = [];
  for (const [warehouse, goods] of goodsFrom) {
    const shipFrom = addresses.get(warehouse) ?? null;
    const parcels = parcelsOf(goods);
    if (shipFrom === null || parcels === null) return null;
    drafts.push({ shipFrom, shipTo, parcels });
  }
  return drafts;
}

async function expectTax(
  { check }: CheckedSubmission,
  { customer, shipTo, freight }: Buyer & { readonly freight: Money | null },
  context: Context,
): Promise<Money | null> {
  const { clock, reads } = context.deps;
  const lines = check.lines.flatMap(({ sku, product, ordered, lineTotal }, at) =>
    product === null || lineTotal === null
      ? []
      : [
          {
            lineNumber: at + 1,
            sku: product.sku,
            description: product.name || sku,
            quantity: ordered.value,
            amount: lineTotal,
          },
        ],
  );
  if (reads.taxEstimates === null || lines.length === 0) return null;
  const addresses = await addressesOf(context);
  const question: TaxQuestion = {
    customerNumber: customer.number,
    currency: check.subtotal.currency,
    date: dateOf(clock.now()),
    shipFrom: check.warehouse === null ? null : (addresses.get(check.warehouse) ?? null),
    shipTo,
    lines,
    freight,
  };
  const answer = await readInTime(reads.taxEstimates, question, context, CHARGE_PATIENCE_MS);
  return answer?.document.total ?? null;
}

type Addresses = ReadonlyMap<string, Address | null>;

/** Of warehouses, by their codes. */
async function addressesOf({ facts }: Context): Promise<Addresses> {
  const warehouses = await facts.warehouses.load("all");
  return new Map((warehouses ?? []).map(({ code, address }) => [code, address]));
}
