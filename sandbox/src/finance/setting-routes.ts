import type { FastifyInstance } from "fastify";
import { stableGuid } from "../world/generate-world.ts";
import type { World, WorldItem } from "../world/world.ts";
import { FINANCE_DEMO } from "./demo-tenant.ts";
import { answerList, queryOf } from "./list-query.ts";
import { ACCOUNTS, ORGANISATION, TAX_RATE_LIST } from "./organisation.ts";
import { notFoundProblem } from "./problems.ts";
import type { Fields } from "./where-filter.ts";
import { envelope, msDate } from "./xero-json.ts";

const NAME_LENGTH = 50;
const UPDATED_AT = "2025-11-20T00:00:00.000Z";
const ITEM_FIELDS: Fields<WorldItem> = {
  Code: (item) => item.sku,
  Name: (item) => item.name,
  ItemID: (item) => itemId(item.sku),
};

/** What an integration only reads: items, accounts, tax rates, the organisation itself. */
export function registerSettingRoutes(
  app: FastifyInstance,
  world: World,
  lockedUntil: () => string | null,
): void {
  app.get("/Items", { config: { operation: "GET Items" } }, (request) =>
    answerList(request, {
      name: "Items",
      rows: world.items,
      fields: ITEM_FIELDS,
      updatedAt: () => UPDATED_AT,
      render: itemJson,
    }),
  );
  app.get<{ Params: { item: string } }>(
    "/Items/:item",
    { config: { operation: "GET Item" } },
    (request) => {
      const { item: wanted } = request.params;
      const item = world.items.find(({ sku }) => sku === wanted || itemId(sku) === wanted);
      if (item === undefined) throw notFoundProblem();
      return envelope("Items", [itemJson(item)]);
    },
  );
  app.get("/Accounts", { config: { operation: "GET Accounts" } }, () =>
    envelope("Accounts", ACCOUNTS),
  );
  app.get("/TaxRates", { config: { operation: "GET TaxRates" } }, (request) => {
    const type = queryOf(request)["TaxType"];
    return envelope(
      "TaxRates",
      TAX_RATE_LIST.filter((rate) => type === undefined || rate.TaxType === type),
    );
  });
  app.get("/Organisation", { config: { operation: "GET Organisation" } }, () => {
    const lockDate = lockedUntil();
    const locked = lockDate === null ? {} : { PeriodLockDate: msDate(lockDate) };
    return envelope("Organisations", [{ ...ORGANISATION, ...locked }]);
  });
}

function itemJson(item: WorldItem) {
  return {
    ItemID: itemId(item.sku),
    Code: item.sku,
    Name: item.name.slice(0, NAME_LENGTH),
    Description: item.name,
    IsSold: true,
    IsPurchased: true,
    IsTrackedAsInventory: false,
    UpdatedDateUTC: msDate(UPDATED_AT),
    SalesDetails: {
      UnitPrice: Number(item.listPrice),
      AccountCode: FINANCE_DEMO.salesAccountCode,
      TaxType: "NONE",
    },
    PurchaseDetails: { UnitPrice: Number(item.unitCost), TaxType: "NONE" },
  };
}

function itemId(sku: string): string {
  return stableGuid("finance", "item", sku);
}
