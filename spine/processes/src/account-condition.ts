import type { CustomerNumber } from "@crossdock/domain";
import { sql, type RawBuilder } from "kysely";

/**
 * Rows of one of these accounts. One account is asked for as itself: an index that has the account before the sort
 * key gives its rows in order, and a page reads no more rows than it has.
 */
export function ofAccounts(accounts: readonly CustomerNumber[]): RawBuilder<boolean> {
  const [only, ...others] = accounts;
  return only !== undefined && others.length === 0
    ? sql<boolean>`customer_number = ${only}`
    : sql<boolean>`customer_number = any(${[...accounts]})`;
}
