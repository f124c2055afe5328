import { parseUomCode, type UomCode } from "@crossdock/domain";

/**
 * An invoice line of Xero has no unit and no link to an order line. Both stand at the end of its
 * description, where a customer may read them too: `Hex Bolt 1/2 in [line 20000, BX]`.
 */
export type LineMark = { readonly orderLineNumber: number; readonly uom: UomCode };

/** How the line of an invoice of ours reads that charges for the way: the vendor has no other place for it. */
export const FREIGHT_DESCRIPTION = "Freight [freight]";

const MARK = / \[line (\d{1,9}), ([A-Z0-9_-]{1,10})\]$/;
const MAX_DESCRIPTION_CHARACTERS = 4_000;

export function markDescription(description: string, { orderLineNumber, uom }: LineMark): string {
  const mark = ` [line ${String(orderLineNumber)}, ${uom}]`;
  return `${description.slice(0, MAX_DESCRIPTION_CHARACTERS - mark.length)}${mark}`;
}

/** @returns `mark: null` for a line that somebody else wrote */
export function readDescription(raw: string): {
  readonly description: string;
  readonly mark: LineMark | null;
} {
  const found = MARK.exec(raw);
  const [whole, line, uom] = found ?? [];
  if (whole === undefined || uom === undefined) return { description: raw, mark: null };
  return {
    description: raw.slice(0, -whole.length),
    mark: { orderLineNumber: Number(line), uom: parseUomCode(uom) },
  };
}
