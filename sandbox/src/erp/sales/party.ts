import { textOf, type Fields } from "../data/row.ts";

/**
 * Who buys, who pays and where it goes, as a new document takes it from the customer card: under
 * every name that any kind of document has for it.
 */
export function partyFields(customer: Fields): Fields {
  const line1 = textOf(customer, "addressLine1");
  const line2 = textOf(customer, "addressLine2");
  const place = (prefix: string): Fields => ({
    [`${prefix}AddressLine1`]: line1,
    [`${prefix}AddressLine2`]: line2,
    [`${prefix}City`]: textOf(customer, "city"),
    [`${prefix}Country`]: textOf(customer, "country"),
    [`${prefix}State`]: textOf(customer, "state"),
    [`${prefix}PostCode`]: textOf(customer, "postalCode"),
  });
  return {
    customerId: textOf(customer, "id"),
    customerNumber: textOf(customer, "number"),
    customerName: textOf(customer, "displayName"),
    billToName: textOf(customer, "displayName"),
    billToCustomerId: textOf(customer, "id"),
    billToCustomerNumber: textOf(customer, "number"),
    shipToName: textOf(customer, "displayName"),
    ...place("sellTo"),
    ...place("billTo"),
    ...place("shipTo"),
    currencyCode: textOf(customer, "currencyCode"),
    paymentTermsId: textOf(customer, "paymentTermsId"),
    phoneNumber: textOf(customer, "phoneNumber"),
    email: textOf(customer, "email"),
  };
}
