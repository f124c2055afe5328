import contract from "../../../contracts/business-central/api-v2.0.entities.json" with { type: "json" };

/**
 * Edm name without its prefix, or `Enum` with the enumeration's name beside it, or `Code`: text
 * that the ERP keeps in upper case, whatever was sent.
 */
export type PropertyFacts = {
  readonly name: string;
  readonly type: string;
  readonly enumName?: string;
  readonly readOnly: boolean;
};

export type EntityFacts = {
  readonly setName: string;
  readonly entityName: string;
  readonly properties: ReadonlyMap<string, PropertyFacts>;
  readonly insertAllowed: boolean;
  readonly modifyAllowed: boolean;
  readonly deleteAllowed: boolean;
};

type ContractEntity = {
  readonly entityName: string;
  readonly entitySetName: string;
  readonly insertAllowed: boolean;
  readonly modifyAllowed: boolean;
  readonly deleteAllowed: boolean;
  readonly properties: readonly {
    readonly name: string;
    readonly edmType: string;
    readonly readOnly?: boolean;
  }[];
};

const CODE_PROPERTIES = new Set([
  "number",
  "code",
  "externalDocumentNumber",
  "customerPurchaseOrderReference",
  "customerNumber",
  "billToCustomerNumber",
  "lineObjectNumber",
  "unitOfMeasureCode",
  "baseUnitOfMeasureCode",
  "currencyCode",
  "orderNumber",
  "invoiceNumber",
  "documentNo",
]);

const entities = new Map(
  (contract.entities as readonly ContractEntity[]).map((entity) => [
    entity.entitySetName,
    fromContract(entity),
  ]),
);
const enums = contract.enums as Readonly<Record<string, readonly { readonly wire: string }[]>>;

/** @throws {Error} when the contract file knows no such set: a mistake in this program. */
export function factsOf(setName: string): EntityFacts {
  const facts = entities.get(setName);
  if (facts === undefined) throw new Error(`The contract has no entity set ${setName}.`);
  return facts;
}

/**
 * Facts of a set that the contract file does not hold: published pages, subscriptions, companies.
 * @param properties name → Edm type, or `Enum`
 * @param writable those that a client may set; the others are read-only
 */
export function pageFacts(
  setName: string,
  entityName: string,
  properties: Readonly<Record<string, string>>,
  writable: readonly string[] = [],
): EntityFacts {
  const facts = Object.entries(properties).map(
    ([name, type]) => [name, { name, type, readOnly: !writable.includes(name) }] as const,
  );
  return {
    setName,
    entityName,
    properties: new Map(facts),
    insertAllowed: writable.length > 0,
    modifyAllowed: false,
    deleteAllowed: false,
  };
}

/** @returns the members as they go over the wire; empty for an enumeration we do not know. */
export function enumMembers(enumName: string): readonly string[] {
  return (enums[enumName] ?? []).map((member) => member.wire);
}

/** `In Review` → `In_x0020_Review`: every character that no identifier may hold is escaped. */
export function encodeEnum(member: string): string {
  return member.replace(
    /[^A-Za-z0-9_]/g,
    (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
  );
}

function fromContract(entity: ContractEntity): EntityFacts {
  const properties = entity.properties.map(({ name, edmType, readOnly }) => {
    const isEnum = edmType.startsWith("Microsoft.NAV.");
    const facts: PropertyFacts = {
      name,
      type: isEnum ? "Enum" : CODE_PROPERTIES.has(name) ? "Code" : edmType.replace("Edm.", ""),
      ...(isEnum && { enumName: edmType.replace("Microsoft.NAV.", "") }),
      readOnly: readOnly === true,
    };
    return [name, facts] as const;
  });
  return {
    setName: entity.entitySetName,
    entityName: entity.entityName,
    properties: new Map(properties),
    insertAllowed: entity.insertAllowed,
    modifyAllowed: entity.modifyAllowed,
    deleteAllowed: entity.deleteAllowed,
  };
}
