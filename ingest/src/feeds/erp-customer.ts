import type { Customer, CustomerNumber, Instant } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import {
  customerChangedEvent,
  markGone,
  masterDataFeed,
  namesNotInBook,
  saveCustomers,
} from "@crossdock/processes";
import { MAX_BATCH_KEYS, type ErpSystem } from "@crossdock/source-contract";
import { inBatches } from "../in-batches.ts";
import type { MasterDataFeed } from "../master-data-reader.ts";

type ReadCustomer = { readonly customer: Customer; readonly modifiedAt: Instant | null };

/** Accounts as the ERP has them. */
export function erpCustomerFeed(
  { name: source, masterData, customers }: Pick<ErpSystem, "name" | "masterData" | "customers">,
  { db }: Pick<Ledger, "db">,
): MasterDataFeed<ReadCustomer> {
  return {
    name: masterDataFeed(source, "customer"),
    source,
    changes: {
      list: (query, signal) => masterData.listChangedCustomers(query, signal),
      async readUnknown(names, signal) {
        const changedAt = new Map(names.map(({ key, modifiedAt }) => [key, modifiedAt]));
        const numbers = (await namesNotInBook(db, "customer", names)) as readonly CustomerNumber[];
        const found = await inBatches(numbers, MAX_BATCH_KEYS, (some) =>
          customers.readCustomers(some, signal),
        );
        return found
          .filter((customer) => customer !== null)
          .map((customer) => ({ customer, modifiedAt: changedAt.get(customer.number) ?? null }));
      },
    },
    async listAll(after, signal) {
      const { items, next } = await customers.listCustomers(after, signal);
      return { items: items.map((customer) => ({ customer, modifiedAt: null })), next };
    },
    keyOf: ({ customer }) => customer.number,
    async save(trx, items, readAt) {
      const changed = await saveCustomers(trx, items, readAt);
      return changed.map((number) => customerChangedEvent(number, readAt));
    },
    async removeOthers(trx, met, load) {
      const gone = await markGone<CustomerNumber>(trx, "customer", met, load);
      return gone.map((number) => customerChangedEvent(number, load.at));
    },
  };
}
