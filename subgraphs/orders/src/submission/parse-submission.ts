import {
  isCountryCode,
  MAX_ORDER_LINES,
  parseCustomerNumber,
  parseReservationId,
  refusal,
  type Address,
  type CustomerNumber,
  type LocalDate,
  type OrderLineQuestion,
  type ReservationId,
  type UserError,
} from "@crossdock/domain";
import { checkWait, idOrNull, invalidValue } from "@crossdock/subgraph-kit";
import { parseIdempotencyKey, type IdempotencyKey } from "@crossdock/commands";
import type { AddressInput, SubmitOrderInput } from "../../generated/resolvers.ts";

/** What the ERPs that we know take as an external document number. */
const MAX_REFERENCE_CHARACTERS = 35;
/** One for each line that an order can have. */
const MAX_RESERVATIONS = MAX_ORDER_LINES;
const MAX_ADDRESS_LINES = 4;
const MAX_ADDRESS_CHARACTERS = 100;
const MAX_POSTAL_CODE_CHARACTERS = 20;

/** An input as far as it can be judged without asking anybody. */
export type Submission = {
  /** `null` when it is not valid; then `userErrors` says so. */
  readonly idempotencyKey: IdempotencyKey | null;
  /** `null` when it can be no account's number. */
  readonly customerNumber: CustomerNumber | null;
  readonly customerReference: string | null;
  readonly requestedDeliveryOn: LocalDate | null;
  /** `null`: the account's first address. */
  readonly shipTo: Address | null;
  readonly warehouse: string | null;
  readonly allowBackorder: boolean;
  /** All at once, or nothing yet. */
  readonly shipComplete: boolean;
  readonly lines: readonly OrderLineQuestion[];
  /** As they were named; `null` for a name that can be none. */
  readonly reservations: readonly (ReservationId | null)[];
  readonly waitMs: number;
  /** Same intent, same value, whatever was left out or written as null. Without key and waiting time. */
  readonly intent: unknown;
  /** Whatever is wrong in itself. */
  readonly userErrors: readonly UserError[];
};

/** Reads the input whole: nothing is thrown for what a buyer may get wrong. */
export function parseSubmission(input: SubmitOrderInput): Submission {
  const idempotencyKey = idOrNull(parseIdempotencyKey, input.idempotencyKey);
  const customerReference = input.customerReference?.trim() ?? "";
  const waitMs = input.waitMs ?? 0;
  const shipTo = input.shipTo == null ? null : readAddress(input.shipTo);
  const lines = input.lines.map(({ sku, quantity, uom, expectedUnitPrice }) => ({
    sku: sku.trim(),
    quantity,
    uom: uom ?? null,
    expectedUnitPrice: expectedUnitPrice ?? null,
  }));
  const reservations = [...new Set(input.reservations ?? [])];
  const shipComplete = input.shipComplete ?? false;
  const content = {
    customerReference: customerReference === "" ? null : customerReference,
    requestedDeliveryOn: input.requestedDeliveryDate ?? null,
    shipTo,
    warehouse: input.warehouse?.trim() ?? null,
    allowBackorder: input.allowBackorder ?? true,
    lines,
  };
  return {
    ...content,
    shipComplete,
    idempotencyKey,
    customerNumber: idOrNull(parseCustomerNumber, input.customerId),
    reservations: reservations.map((id) => idOrNull(parseReservationId, id)),
    waitMs,
    intent: {
      ...content,
      customerId: input.customerId.trim(),
      // As reservations: an order that says nothing of it is the same intent as before it could.
      ...(shipComplete && { shipComplete }),
      // Left out when there are none: such an order is the same intent that it was before it could name any.
      ...(reservations.length > 0 && { reservations }),
    },
    userErrors: [
      ...(idempotencyKey === null ? [invalidValue("idempotencyKey", "1 to 255 characters")] : []),
      ...checkReference(customerReference),
      ...(reservations.length > MAX_RESERVATIONS
        ? [invalidValue("reservations", `at most ${String(MAX_RESERVATIONS)}`)]
        : []),
      ...(shipTo === null ? [] : checkAddress(shipTo)),
      ...checkWait(waitMs),
    ],
  };
}

function checkReference(reference: string): UserError[] {
  const isFit = [...reference].length <= MAX_REFERENCE_CHARACTERS && !/\p{Cc}/u.test(reference);
  const expected = `at most ${String(MAX_REFERENCE_CHARACTERS)} characters`;
  return isFit ? [] : [invalidValue("customerReference", expected)];
}

function readAddress(input: AddressInput): Address {
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

function checkAddress(address: Address): UserError[] {
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
    refusal("INVALID_ADDRESS", `shipTo.${part} must be ${expected}.`, ["shipTo", part]),
  );
}
