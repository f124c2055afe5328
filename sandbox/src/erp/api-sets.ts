import type { ErpDatabase } from "./data/database.ts";
import { textOf, type Row } from "./data/row.ts";
import type { EntitySet, Navigation } from "./odata/entity-set.ts";
import { factsOf, pageFacts } from "./odata/facts.ts";
import { ERP_SETUP } from "./setup.ts";

const COMPANY_FACTS = pageFacts("companies", "company", {
  id: "Guid",
  systemVersion: "String",
  timestamp: "Int64",
  name: "String",
  displayName: "String",
  businessProfileId: "String",
});
const SYSTEM_VERSION = "27.0.0.0";

/** The entity sets of API v2.0 that this company answers for, by name. */
export function createApiSets(database: ErpDatabase): Readonly<Record<string, EntitySet>> {
  const locations = masterSet(database, "locations", "code");
  const toLocation: Navigation = {
    set: locations,
    many: false,
    of: ({ fields }) => present(database.locations.get(textOf(fields, "locationId"))),
  };
  const financials = customerFinancials(database);
  const orderLines = lineSet(database, "salesOrders", "salesOrderLines", { location: toLocation });
  const shipmentLines = lineSet(database, "salesShipments", "salesShipmentLines", {});
  const invoiceLines = lineSet(database, "salesInvoices", "salesInvoiceLines", {
    location: toLocation,
  });
  const memoLines = lineSet(database, "salesCreditMemos", "salesCreditMemoLines", {
    location: toLocation,
  });
  const sets: EntitySet[] = [
    {
      ...masterSet(database, "customers", "number"),
      navigations: {
        customerFinancialDetails: {
          set: financials,
          many: false,
          of: ({ fields }) => present(financials.get(textOf(fields, "id"))),
        },
      },
    },
    {
      ...masterSet(database, "items", "number"),
      navigations: {
        baseUnitOfMeasure: {
          set: masterSet(database, "unitsOfMeasure", "code"),
          many: false,
          of: ({ fields }) =>
            present(database.unitsOfMeasure.get(textOf(fields, "baseUnitOfMeasureId"))),
        },
      },
    },
    masterSet(database, "unitsOfMeasure", "code"),
    masterSet(database, "paymentTerms", "code"),
    locations,
    financials,
    documentSet(database, "salesOrders", orderLines),
    documentSet(database, "salesShipments", shipmentLines),
    documentSet(database, "salesInvoices", invoiceLines),
    documentSet(database, "salesCreditMemos", memoLines),
    orderLines,
    shipmentLines,
    invoiceLines,
    memoLines,
  ];
  return Object.fromEntries(sets.map((set) => [set.facts.setName, set]));
}

/** The one company of this tenant. */
export function createCompanySet(): EntitySet {
  const company: Row = {
    version: 1,
    fields: {
      id: ERP_SETUP.companyId,
      systemVersion: SYSTEM_VERSION,
      timestamp: 1,
      name: ERP_SETUP.companyName,
      displayName: ERP_SETUP.companyName,
      businessProfileId: "",
    },
  };
  return {
    facts: COMPANY_FACTS,
    keyProperty: "id",
    sortProperty: "name",
    rows: () => [company],
    get: (key) => (key === ERP_SETUP.companyId ? company : undefined),
    navigations: {},
  };
}

type MasterName = "customers" | "items" | "unitsOfMeasure" | "paymentTerms" | "locations";
type DocumentName = "salesOrders" | "salesShipments" | "salesInvoices" | "salesCreditMemos";

function masterSet(database: ErpDatabase, name: MasterName, sortProperty: string): EntitySet {
  const table = database[name];
  return {
    facts: factsOf(name),
    keyProperty: "id",
    sortProperty,
    rows: () => table.rows(),
    get: (key) => table.get(key),
    navigations: {},
  };
}

function documentSet(database: ErpDatabase, name: DocumentName, lines: EntitySet): EntitySet {
  return {
    facts: factsOf(name),
    keyProperty: "id",
    sortProperty: "number",
    rows: () => database[name].rows(),
    get: (key) => database[name].get(key),
    navigations: {
      [lines.facts.setName]: { set: lines, many: true, of: (row) => row.lines ?? [] },
    },
  };
}

/** Lines lie in their document's row; a list of all of them is refused, as the service does. */
function lineSet(
  database: ErpDatabase,
  documents: DocumentName,
  name: string,
  navigations: Readonly<Record<string, Navigation>>,
): EntitySet {
  const rows = function* () {
    for (const document of database[documents].rows()) yield* document.lines ?? [];
  };
  return {
    facts: factsOf(name),
    keyProperty: "id",
    sortProperty: "sequence",
    rows,
    get(key) {
      for (const line of rows()) if (line.fields.id === key) return line;
      return undefined;
    },
    navigations,
    requiredFilter: {
      anyOf: ["id", "documentId"],
      otherwise: "You must specify an Id or a Document Id to get the lines.",
    },
  };
}

function customerFinancials(database: ErpDatabase): EntitySet {
  const toFinancials = ({ version, fields }: Row): Row => ({
    version,
    fields: {
      id: fields.id ?? "",
      number: fields.number ?? "",
      balance: fields.balanceDue ?? 0,
      totalSalesExcludingTax: 0,
      overdueAmount: 0,
      lastModifiedDateTime: fields.lastModifiedDateTime ?? "",
    },
  });
  return {
    facts: factsOf("customerFinancialDetails"),
    keyProperty: "id",
    sortProperty: "number",
    rows: () => [...database.customers.rows()].map(toFinancials),
    get(key) {
      const row = database.customers.get(key);
      return row === undefined ? undefined : toFinancials(row);
    },
    navigations: {},
  };
}

const present = (row: Row | undefined): Row[] => (row === undefined ? [] : [row]);
