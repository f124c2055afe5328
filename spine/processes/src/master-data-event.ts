import type { CustomerNumber, Instant, Sku } from "@crossdock/domain";
import { customerChanged, priceChanged, productChanged, type NewEvent } from "@crossdock/events";

/** What those who keep anything of an item are told. */
export function productChangedEvent(sku: Sku, occurredAt: Instant): NewEvent {
  return productChanged.create({ sku }, { occurredAt, customerNumber: null });
}

/** What those who keep anything of an account are told. */
export function customerChangedEvent(
  customerNumber: CustomerNumber,
  occurredAt: Instant,
): NewEvent {
  return customerChanged.create({ customerNumber }, { occurredAt, customerNumber });
}

/** What those who keep prices of an item are told; whose prices, it does not say. */
export function priceChangedEvent(sku: Sku, occurredAt: Instant): NewEvent {
  return priceChanged.create({ sku }, { occurredAt, customerNumber: null });
}
