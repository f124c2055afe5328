import { createCarrierSandbox, type CarrierOptions } from "./carrier/carrier-sandbox.ts";
import { createErpSandbox } from "./erp/create-erp-sandbox.ts";
import type { ErpOptions } from "./erp/setup.ts";
import { createFinanceSandbox, type FinanceOptions } from "./finance/finance-sandbox.ts";
import type { SourceDeps, SandboxSource, SourceName } from "./kit/source.ts";
import {
  startSandbox as startSources,
  type RunningSandbox,
  type SandboxOptions,
} from "./kit/start.ts";
import { createTaxSandbox, type TaxOptions } from "./tax/tax-sandbox.ts";
import type { GuardOptions } from "./wms/guard.ts";
import { createWmsSandbox, WMS_DEFAULTS } from "./wms/wms-sandbox.ts";

export type StartOptions = Omit<SandboxOptions, "sources"> & {
  /** Service times and limits of each vendor; as published when left out. */
  readonly erp?: Partial<ErpOptions>;
  readonly wms?: Partial<GuardOptions>;
  readonly finance?: FinanceOptions;
  readonly tax?: Partial<TaxOptions>;
  readonly carrier?: Partial<CarrierOptions>;
  /** Instead of the vendors, for tests of one of them. */
  readonly sources?: Partial<Record<SourceName, (deps: SourceDeps) => SandboxSource>>;
};

/**
 * Starts the vendors of the demo on one port: `/erp`, `/wms`, `/finance`, `/tax`, `/carrier`, and the control side
 * below `/_control`.
 * @throws the system's error (`EADDRINUSE`) when the port is taken
 */
export function startSandbox(options: StartOptions): Promise<RunningSandbox> {
  const {
    erp = {},
    wms = {},
    finance = {},
    tax = {},
    carrier = {},
    sources = {},
    ...rest
  } = options;
  return startSources({
    ...rest,
    sources: {
      erp: (deps) => createErpSandbox(deps, erp),
      wms: (deps) => createWmsSandbox(deps, { ...WMS_DEFAULTS, ...wms }),
      finance: (deps) => createFinanceSandbox(deps, finance),
      tax: (deps) => createTaxSandbox(deps, tax),
      carrier: (deps) => createCarrierSandbox(deps, carrier),
      ...sources,
    },
  });
}
