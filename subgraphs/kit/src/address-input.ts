import { isCountryCode, refusal, type Address, type UserError } from "@crossdock/domain";

const MAX_ADDRESS_LINES = 4;
const MAX_ADDRESS_CHARACTERS = 100;
const MAX_POSTAL_CODE_CHARACTERS = 20;

/** `AddressInput` of the schema. */
export type AddressInput = {
  readonly name?: string | null;
  readonly lines: readonly string[];
  readonly city: string;
  readonly region?: string | null;
  readonly postalCode?: string | null;
  readonly country: string;
};

/** Without blanks around its parts; an empty part is none. */
export function readAddress(input: AddressInput): Address {
  const optional = (text: string | null | undefined): string | null => text?.trim() || null;
  return {
    name: optional(input.name),
    lines: input.lines.map((line) => line.trim()).filter((line) => line !== ""),
    city: input.city.trim(),
    region: optional(input.region),
    postalCode: optional(input.postalCode),
    country: input.country.trim().toUpperCase(),
  };
}

/** @param path of the address in the input. @returns whatever is wrong with it, part by part */
export function checkAddress(address: Address, path: readonly string[]): UserError[] {
  const { lines, city, country } = address;
  const isLong = (text: string | null, limit = MAX_ADDRESS_CHARACTERS): boolean =>
    text !== null && ([...text].length > limit || /\p{Cc}/u.test(text));
  const limit = `at most ${String(MAX_ADDRESS_CHARACTERS)} characters`;
  const wrong: (readonly [keyof Address, string])[] = [];
  if (isLong(address.name)) wrong.push(["name", limit]);
  if (lines.length < 1 || lines.length > MAX_ADDRESS_LINES || lines.some((line) => isLong(line))) {
    wrong.push(["lines", `1 to ${String(MAX_ADDRESS_LINES)} lines of ${limit}`]);
  }
  if (city === "" || isLong(city))
    wrong.push(["city", `1 to ${String(MAX_ADDRESS_CHARACTERS)} characters`]);
  if (isLong(address.region)) wrong.push(["region", limit]);
  if (isLong(address.postalCode, MAX_POSTAL_CODE_CHARACTERS)) {
    wrong.push(["postalCode", `at most ${String(MAX_POSTAL_CODE_CHARACTERS)} characters`]);
  }
  if (!isCountryCode(country))
    wrong.push(["country", "an ISO 3166-1 code of two letters such as US"]);
  return wrong.map(([part, expected]) =>
    refusal("INVALID_ADDRESS", `${[...path, part].join(".")} must be ${expected}.`, [
      ...path,
      part,
    ]),
  );
}
