import {
  MAX_ORDER_LINES,
  parseCustomerNumber,
  parseReservationId,
  type Address,
  type CustomerNumber,
  type LocalDate,
  type OrderLineQuestion,
  type ReservationId,
  type UserError,
} from "@crossdock/domain";
import {
  checkAddress,
  checkWait,
  idOrNull,
  invalidValue,
  readAddress,
} from "@crossdock/subgraph-kit";
import { parseIdempotencyKey, type IdempotencyKey } from "@crossdock/commands";
import type { SubmitOrderInput } from "../../generated/resolvers.ts";

/** What the ERPs that we know take as an external document number. */
const MAX_REFERENCE_CHARACTERS = 35;
/** One for each line that an order can have. */
const MAX_RESERVATIONS = MAX_ORDER_LINES;

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
  const lines = input.lines.map(({ sku, quantity, uom, expectedUnitPrice, substituteFor }) => ({
    sku: sku.trim(),
    quantity,
    uom: uom ?? null,
    expectedUnitPrice: expectedUnitPrice ?? null,
    // As shipComplete below: a line that says nothing of it is the same intent as before it could.
    ...(substituteFor != null && { substituteFor: substituteFor.trim() }),
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
      ...(shipTo === null ? [] : checkAddress(shipTo, ["shipTo"])),
      ...checkWait(waitMs),
    ],
  };
}

function checkReference(reference: string): UserError[] {
  const isFit = [...reference].length <= MAX_REFERENCE_CHARACTERS && !/\p{Cc}/u.test(reference);
  const expected = `at most ${String(MAX_REFERENCE_CHARACTERS)} characters`;
  return isFit ? [] : [invalidValue("customerReference", expected)];
}
