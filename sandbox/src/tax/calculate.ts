import { Decimal } from "decimal.js";
import { jurisdictionsOf, RATE_SCALE, type Jurisdiction } from "./jurisdictions.ts";
import { TaxProblem } from "./problems.ts";
import type { AddressInput, LineInput, TransactionInput } from "./transaction-input.ts";

export type TaxedLine = {
  readonly lineNumber: string;
  readonly description: string;
  readonly itemCode: string;
  readonly taxCode: string;
  readonly quantity: number;
  readonly lineAmount: number;
  readonly exemptAmount: number;
  readonly taxableAmount: number;
  readonly tax: number;
  readonly details: readonly TaxDetail[];
};

export type TaxDetail = {
  readonly country: string;
  readonly region: string;
  readonly jurisType: string;
  readonly jurisCode: string;
  readonly jurisName: string;
  readonly taxName: string;
  readonly rate: number;
  readonly taxableAmount: number;
  readonly exemptAmount: number;
  readonly tax: number;
};

/** Tax codes of what is charged for the way begin so. */
const FREIGHT_CODES = "FR";
const GOODS = "P0000000";
const CENTS = 2;

/**
 * Taxes each line where it is delivered: each jurisdiction by its rate, half a cent up.
 * @param isExempt whether the customer has a certificate
 * @throws {TaxProblem} the address is none in the United States
 */
export function calculate(input: TransactionInput, isExempt: boolean): readonly TaxedLine[] {
  const place = placeOf(input);
  const jurisdictions = jurisdictionsOf(place);
  if (jurisdictions === null) {
    throw new TaxProblem(
      400,
      "InvalidAddress",
      "The address value was incomplete or could not be resolved to a taxing jurisdiction.",
    );
  }
  return input.lines.map((line, at) => taxLine(line, at, { place, jurisdictions, isExempt }));
}

function taxLine(
  line: LineInput,
  at: number,
  {
    place,
    jurisdictions,
    isExempt,
  }: {
    readonly place: { readonly region: string };
    readonly jurisdictions: readonly Jurisdiction[];
    readonly isExempt: boolean;
  },
): TaxedLine {
  const taxCode = line.taxCode ?? GOODS;
  const isFreight = taxCode.startsWith(FREIGHT_CODES);
  const exempt = isExempt || line.exemptionCode != null;
  const taxable = exempt ? 0 : line.amount;
  const details = jurisdictions
    .filter(({ taxesFreight }) => !isFreight || taxesFreight)
    .map(({ rate, jurisType, jurisCode, jurisName, taxName }) => ({
      country: "US",
      region: place.region,
      jurisType,
      jurisCode,
      jurisName,
      taxName,
      rate: new Decimal(rate).div(RATE_SCALE).toNumber(),
      taxableAmount: taxable,
      exemptAmount: exempt ? line.amount : 0,
      tax: cents(new Decimal(taxable).times(rate).div(RATE_SCALE)),
    }));
  return {
    lineNumber: line.number ?? String(at + 1),
    description: line.description ?? "",
    itemCode: line.itemCode ?? "",
    taxCode,
    quantity: line.quantity,
    lineAmount: line.amount,
    exemptAmount: exempt ? line.amount : 0,
    taxableAmount: taxable,
    tax: total(details.map(({ tax }) => tax)),
    details,
  };
}

/** One row per jurisdiction over all lines, in the order in which they come up. */
export function summarize(lines: readonly TaxedLine[]) {
  const rows = new Map<string, TaxDetail[]>();
  for (const detail of lines.flatMap(({ details }) => details)) {
    const key = `${detail.jurisType} ${detail.jurisCode}`;
    rows.set(key, [...(rows.get(key) ?? []), detail]);
  }
  return [...rows.values()].flatMap((details) => {
    const [first] = details;
    if (first === undefined) return [];
    const { country, region, jurisType, jurisCode, jurisName, taxName, rate } = first;
    const tax = total(details.map((detail) => detail.tax));
    return [
      {
        country,
        region,
        jurisType,
        jurisCode,
        jurisName,
        taxName,
        taxType: "Sales",
        rateType: "General",
        rate,
        taxable: total(details.map(({ taxableAmount }) => taxableAmount)),
        exemption: total(details.map(({ exemptAmount }) => exemptAmount)),
        nonTaxable: 0,
        tax,
        taxCalculated: tax,
      },
    ];
  });
}

export function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Decimal(0)).toNumber();
}

function cents(amount: Decimal): number {
  return amount.toDecimalPlaces(CENTS, Decimal.ROUND_HALF_UP).toNumber();
}

function placeOf({ addresses }: TransactionInput) {
  const to: AddressInput | null | undefined = addresses.shipTo ?? addresses.singleLocation;
  if (to == null) {
    throw new TaxProblem(
      400,
      "MissingAddress",
      "An address is required: shipTo or singleLocation.",
    );
  }
  const { city, region, postalCode, country } = to;
  if ((country ?? "US").toUpperCase() !== "US" || region == null || (postalCode ?? city) == null) {
    throw new TaxProblem(
      400,
      "InvalidAddress",
      "The address value was incomplete or could not be resolved to a taxing jurisdiction.",
    );
  }
  return { city: city ?? "", region, postalCode: postalCode ?? "" };
}
