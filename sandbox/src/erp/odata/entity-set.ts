import type { Fields, Row } from "../data/row.ts";
import { badRequest } from "./error.ts";
import type { EntityFacts } from "./facts.ts";

/** Another set's records that hang below a record: `salesOrders(…)/salesOrderLines`. */
export type Navigation = {
  readonly set: EntitySet;
  readonly many: boolean;
  readonly of: (row: Row) => readonly Row[];
};

export type EntitySet = {
  readonly facts: EntityFacts;
  /** The property that stands in the brackets of a record's address. */
  readonly keyProperty: string;
  /** Ascending, it is the order of a list that asks for none. */
  readonly sortProperty: string;
  readonly rows: () => Iterable<Row>;
  readonly get: (key: string) => Row | undefined;
  readonly navigations: Readonly<Record<string, Navigation>>;
  /** A list is refused unless its filter names one of these. */
  readonly requiredFilter?:
    { readonly anyOf: readonly string[]; readonly otherwise: string } | undefined;
  /** Properties that filter what a record's totals count, not which records are listed. */
  readonly flowFilters?: readonly string[];
  /** Properties that `project` works out. */
  readonly calculated?: readonly string[];
  /** The record as it is shown, with what is calculated at reading; only when it is asked for. */
  readonly project?: (fields: Fields, flowFilters: ReadonlyMap<string, string>) => Fields;
};

export function navigationOf(set: EntitySet, name: string): Navigation {
  const navigation = set.navigations[name];
  if (navigation !== undefined) return navigation;
  throw badRequest(
    `Could not find a property named '${name}' on type 'Microsoft.NAV.${set.facts.entityName}'.`,
  );
}
