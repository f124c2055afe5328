import {
  compareDecimals,
  DEFAULT_RESERVATION_SECONDS,
  isPositive,
  MAX_LINE_QUANTITY,
  MAX_RESERVATION_SECONDS,
  maySee,
  parseCustomerNumber,
  parseSku,
  refusal,
  type CustomerNumber,
  type Decimal,
  type Sku,
  type UomCode,
  type UserError,
  type Viewer,
} from "@crossdock/domain";
import { idOrNull, invalidValue } from "@crossdock/subgraph-kit";
import type { ReserveInventoryInput } from "../../generated/resolvers.ts";

/** An input as far as it can be judged without asking anybody. */
export type ReserveRequest = {
  /** `null` when it can be no item's name. */
  readonly sku: Sku | null;
  /** In `uom`. */
  readonly quantity: Decimal;
  /** `null`: the product's base unit. */
  readonly uom: UomCode | null;
  /** `null` lets us choose. */
  readonly warehouse: string | null;
  /** Whose it will be; `null` is the distributor's own. */
  readonly customerNumber: CustomerNumber | null;
  readonly ttlSeconds: number;
  /** Same intent, same value, whatever was left out or written as null. The account is a part of it. */
  readonly intent: unknown;
  readonly userErrors: readonly UserError[];
};

/** Reads the input whole: nothing is thrown for what a buyer may get wrong. */
export function parseReserve(input: ReserveInventoryInput, viewer: Viewer): ReserveRequest {
  const owner = ownerOf(input.customerId ?? null, viewer);
  const content = {
    quantity: input.quantity,
    uom: input.uom ?? null,
    warehouse: input.warehouse?.trim() ?? null,
    customerNumber: owner.customerNumber,
    ttlSeconds: input.ttlSeconds ?? DEFAULT_RESERVATION_SECONDS,
  };
  return {
    ...content,
    sku: idOrNull(parseSku, input.sku),
    intent: { ...content, sku: input.sku.trim() },
    userErrors: [...owner.userErrors, ...checkQuantity(input.quantity), ...checkTime(content)],
  };
}

type Owner = {
  readonly customerNumber: CustomerNumber | null;
  readonly userErrors: readonly UserError[];
};

/** Somebody else's account is no account. Who has one account only need not say which. */
function ownerOf(customerId: string | null, { customers, ...viewer }: Viewer): Owner {
  const asked = customerId === null ? null : idOrNull(parseCustomerNumber, customerId);
  if (asked !== null && maySee({ ...viewer, customers }, asked)) {
    return { customerNumber: asked, userErrors: [] };
  }
  if (customerId !== null) {
    const message = "There is no such customer account.";
    return refusedOwner(refusal("UNKNOWN_CUSTOMER", message, ["customerId"]));
  }
  if (customers === "all") return { customerNumber: null, userErrors: [] };
  const [only, ...others] = customers;
  return only !== undefined && others.length === 0
    ? { customerNumber: only, userErrors: [] }
    : refusedOwner(invalidValue("customerId", "one of your accounts"));
}

function refusedOwner(userError: UserError): Owner {
  return { customerNumber: null, userErrors: [userError] };
}

function checkQuantity(value: Decimal): UserError[] {
  if (isPositive(value) && compareDecimals(value, MAX_LINE_QUANTITY) <= 0) return [];
  const message = `Quantity ${value} is not more than zero and at most ${MAX_LINE_QUANTITY}.`;
  return [refusal("INVALID_QUANTITY", message, ["quantity"])];
}

function checkTime({ ttlSeconds }: Pick<ReserveRequest, "ttlSeconds">): UserError[] {
  const isFit = ttlSeconds >= 1 && ttlSeconds <= MAX_RESERVATION_SECONDS;
  return isFit ? [] : [invalidValue("ttlSeconds", `1 to ${String(MAX_RESERVATION_SECONDS)}`)];
}
