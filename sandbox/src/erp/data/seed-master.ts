import type { World } from "../../world/world.ts";
import { factsOf } from "../odata/facts.ts";
import { customerId, itemId, locationId, termsId, unitId } from "./ids.ts";
import { fillFields, type Fields, type Row } from "./row.ts";

/** When the company went live: the stamp of everything that no one has touched since. */
export const SEEDED_AT = "2025-11-19T08:00:00.000Z";

const BLOCKED = { none: "_x0020_", ship: "Ship", all: "All" } as const;
const UNITS = [
  ["EA", "Each"],
  ["BX", "Box"],
  ["CS", "Case"],
] as const;
const TERMS_DAYS = [15, 30, 45];

export function seedCustomers(world: World): Row[] {
  return world.customers.map((customer) =>
    master("customers", {
      id: customerId(customer.number),
      number: customer.number,
      displayName: customer.name,
      type: "Company",
      addressLine1: customer.address.line1,
      city: customer.address.city,
      state: customer.address.region,
      country: customer.address.country,
      postalCode: customer.address.postalCode,
      email: customer.email,
      balanceDue: Number(customer.balance),
      creditLimit: Number(customer.creditLimit),
      currencyCode: customer.currency,
      paymentTermsId: termsId(customer.paymentTermsDays),
      blocked: BLOCKED[customer.blocked],
    }),
  );
}

export function seedItems(world: World): Row[] {
  return world.items.map((item) =>
    master("items", {
      id: itemId(item.sku),
      number: item.sku,
      displayName: item.name,
      type: "Inventory",
      itemCategoryCode: item.category.toUpperCase(),
      gtin: item.gtin,
      inventory: item.stock.reduce((sum, { onHand }) => sum + onHand, 0),
      unitPrice: Number(item.listPrice),
      unitCost: Number(item.unitCost),
      baseUnitOfMeasureId: unitId(item.baseUom),
      baseUnitOfMeasureCode: item.baseUom,
      generalProductPostingGroupCode: "RETAIL",
      inventoryPostingGroupCode: "RESALE",
    }),
  );
}

export function seedUnits(): Row[] {
  return UNITS.map(([code, displayName]) =>
    master("unitsOfMeasure", {
      id: unitId(code),
      code,
      displayName,
      internationalStandardCode: code,
    }),
  );
}

export function seedLocations(world: World): Row[] {
  return world.warehouses.map(({ code, name, address }) =>
    master("locations", {
      id: locationId(code),
      code,
      displayName: name,
      addressLine1: address.line1,
      city: address.city,
      state: address.region,
      country: address.country,
      postalCode: address.postalCode,
    }),
  );
}

export function seedTerms(): Row[] {
  return TERMS_DAYS.map((days) =>
    master("paymentTerms", {
      id: termsId(days),
      code: `NET${String(days)}`,
      displayName: `Net ${String(days)} days`,
      dueDateCalculation: `${String(days)}D`,
    }),
  );
}

function master(setName: string, known: Fields): Row {
  const fields = fillFields(factsOf(setName), { lastModifiedDateTime: SEEDED_AT, ...known });
  return { version: 1, fields };
}
