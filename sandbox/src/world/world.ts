/**
 * The distributor that the sandbox plays: master data and history that the ERP, the warehouse and
 * finance share because in life they describe the same company. Everything is a pure function of
 * `WORLD_SEED`: two sandboxes hold the same rows, to the last cent.
 * Money and quantities are decimal text. Dates are ISO 8601.
 */
export const WORLD_SEED = 20261121;

export type World = {
  readonly companyName: string;
  readonly warehouses: readonly WorldWarehouse[];
  readonly items: readonly WorldItem[];
  readonly customers: readonly WorldCustomer[];
  readonly priceLines: readonly WorldPriceLine[];
  /** Oldest first. All are fully shipped and invoiced, except those with `open: true`. */
  readonly pastOrders: readonly WorldOrder[];
};

export type WorldAddress = {
  readonly name: string;
  readonly line1: string;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
};

export type WorldWarehouse = {
  /** At most ten characters, upper case: the ERP's location code. */
  readonly code: string;
  readonly name: string;
  /** The same building in the warehouse system. */
  readonly wmsLocationId: number;
  readonly address: WorldAddress;
};

export type WorldItem = {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly gtin: string;
  readonly baseUom: "EA";
  /** Larger units: one of them holds `factor` base units. */
  readonly uoms: readonly { readonly code: "BX" | "CS"; readonly factor: number }[];
  readonly weightGrams: number;
  /** List price per base unit, USD. */
  readonly listPrice: string;
  readonly unitCost: string;
  readonly tracking: "NONE" | "LOT" | "SERIAL";
  readonly wmsInventoryId: number;
  /** On hand per warehouse in base units; LOT items spread it over `lots`. */
  readonly stock: readonly WorldStock[];
};

export type WorldStock = {
  readonly warehouseCode: string;
  readonly onHand: number;
  readonly lots: readonly {
    readonly number: string;
    readonly expiresOn: string;
    readonly onHand: number;
  }[];
};

export type WorldCustomer = {
  readonly number: string;
  readonly name: string;
  readonly email: string;
  readonly currency: "USD";
  readonly blocked: "none" | "ship" | "all";
  readonly priceGroup: string;
  /** Zero means no limit, as in the ERP. */
  readonly creditLimit: string;
  /** Owed at the start of the sandbox. */
  readonly balance: string;
  readonly paymentTermsDays: number;
  /** Buys for resale, and pays no sales tax; `null` is taxed where it is delivered to. */
  readonly resaleCertificate: string | null;
  readonly address: WorldAddress;
};

export type WorldPriceLine = {
  readonly listCode: string;
  readonly sourceType: "Customer" | "Customer Price Group" | "Campaign" | "All Customers";
  /** Customer number, price group or campaign code; empty for all customers. */
  readonly sourceNo: string;
  readonly sku: string;
  /** Blank, as the ERP takes it: per base unit, for every unit of the item. */
  readonly uom: "";
  readonly minimumQuantity: string;
  readonly unitPrice: string;
  readonly startingOn: string;
  readonly endingOn: string | null;
};

export type WorldOrder = {
  readonly number: string;
  readonly customerNumber: string;
  readonly customerReference: string;
  readonly orderedOn: string;
  readonly warehouseCode: string;
  readonly open: boolean;
  readonly lines: readonly {
    readonly lineNumber: number;
    readonly sku: string;
    readonly quantity: string;
    readonly unitPrice: string;
  }[];
};
