import { parseLocalDate, type Address, type LocalDate } from "@crossdock/domain";
import { z } from "zod";

/** Stands for no date. */
export const NULL_DATE = "0001-01-01";
const NULL_GUID = "00000000-0000-0000-0000-000000000000";

/** The source has no nulls in text: empty stands for none. */
export const optionalText = z.string().transform((text) => (text.trim() === "" ? null : text));

/** A date, or the year one for none. */
export const optionalDate = z
  .string()
  .transform((text): LocalDate | null => (text === NULL_DATE ? null : parseLocalDate(text)));

/** An id, or all zeros for none. */
export const optionalGuid = z.string().transform((text) => (text === NULL_GUID ? null : text));

/** An option's own name: `In_x0020_Review` is `In Review`, `_x0020_` is blank. */
export const optionName = z
  .string()
  .transform((text) =>
    text
      .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
      .trim(),
  );

/** What the columns of the source's address tables hold. */
export type FlatAddress = {
  readonly name: string | null;
  readonly lines: readonly (string | null)[];
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
};

/** @returns `null` when there is no street and no city: a name alone is no address */
export function addressOf(flat: FlatAddress, homeCountry: string): Address | null {
  const lines = flat.lines.filter((line) => line !== null);
  if (lines.length === 0 && flat.city === null) return null;
  return {
    name: flat.name,
    lines,
    city: flat.city ?? "",
    region: flat.region,
    postalCode: flat.postalCode,
    country: flat.country ?? homeCountry,
  };
}
