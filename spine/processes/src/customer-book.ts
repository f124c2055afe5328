import type { Customer, CustomerNumber } from "@crossdock/domain";
import type { BookRecord } from "./master-data-state.ts";

/** The ERP's customers, copied. Ask `isLoaded` first: before that, what is not here says nothing. */
export interface CustomerBook {
  isLoaded(): Promise<boolean>;
  /** @param numbers distinct, at most 1,000 @returns in their order; `null` where the ERP has no such customer */
  readCustomers(
    numbers: readonly CustomerNumber[],
  ): Promise<readonly (BookRecord<Customer> | null)[]>;
}
