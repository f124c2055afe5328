import { ConfigError, type Logger } from "@crossdock/runtime";
import type { ErpSystem, FinanceSystem, WmsSystem } from "@crossdock/source-contract";
import type { SourcesConfig } from "./config/crossdock-yaml.ts";
import type { Environment } from "./config/environment.ts";
import type { Sources } from "./sources.ts";

/**
 * Whether this process is the control of a chaos run: it never looks a document up before it sends it
 * again, so that a lost answer makes a double and the count of the run can be seen to find it.
 * @throws {ConfigError} it is asked for and a source is anything but the sandbox of this machine
 */
export function isBlind(
  { CROSSDOCK_CHAOS_NO_LOOK_UP: asked, SANDBOX_PORT }: Environment,
  { erp, wms, finance, tax, carrier }: SourcesConfig,
  logger: Logger,
): boolean {
  if (asked === undefined) return false;
  const sandbox = `http://127.0.0.1:${String(SANDBOX_PORT)}/`;
  const addresses = [
    erp.apiUrl,
    erp.odataUrl,
    wms.url,
    finance.apiUrl,
    ...[tax?.apiUrl, carrier?.apiUrl].filter((address) => address !== undefined),
  ];
  if (!addresses.every((address) => address.startsWith(sandbox))) {
    throw new ConfigError(["CROSSDOCK_CHAOS_NO_LOOK_UP is refused: a source is not the sandbox."]);
  }
  logger.error("CROSSDOCK_CHAOS_NO_LOOK_UP: lost answers are sent again blindly and make doubles");
  return true;
}

/** Sources in which no look-up finds what an earlier attempt has done. */
export function withoutLookUps(sources: Sources): Sources {
  return {
    ...sources,
    erp: blindErp(sources.erp),
    wms: blindWms(sources.wms),
    finance: blindFinance(sources.finance),
  };
}

const nothing = () => Promise.resolve(null);

function blindErp(erp: ErpSystem): ErpSystem {
  return {
    ...erp,
    orders: { ...erp.orders, findOrder: nothing },
    inLane: (lane) => blindErp(erp.inLane(lane)),
  };
}

function blindWms(wms: WmsSystem): WmsSystem {
  return {
    ...wms,
    shipments: { ...wms.shipments, findRelease: nothing },
    inLane: (lane) => blindWms(wms.inLane(lane)),
  };
}

function blindFinance(finance: FinanceSystem): FinanceSystem {
  return {
    ...finance,
    invoices: { ...finance.invoices, findInvoice: nothing },
    payments: { ...finance.payments, findPayment: nothing },
    inLane: (lane) => blindFinance(finance.inLane(lane)),
  };
}
