import type { Customer, CustomerNumber } from "@crossdock/domain";
import type { BulkRead, Page } from "./reading.ts";

export interface CustomerReader {
  readonly readCustomers: BulkRead<CustomerNumber, Customer>;
  /** By number, ascending. @param after a page's `next`; `null` starts */
  listCustomers(after: string | null, signal: AbortSignal): Promise<Page<Customer>>;
}
