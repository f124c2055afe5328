import { stableGuid } from "../world/generate-world.ts";

/** What an administrator of this Business Central tenant would hand to a client. */
export const ERP_SETUP = {
  tenant: "northgate",
  environment: "production",
  clientId: "crossdock",
  clientSecret: "sandbox-erp-secret",
  companyName: "Northgate Industrial Supply",
  companyId: stableGuid("erp", "company", "Northgate Industrial Supply"),
} as const;

const environmentPath = `/v2.0/${ERP_SETUP.tenant}/${ERP_SETUP.environment}`;

/** Paths below the sandbox's `/erp`. */
export const ERP_PATHS = {
  token: `/oauth2/${ERP_SETUP.tenant}/oauth2/v2.0/token`,
  /** The standard API: entity sets below `companies({id})`. */
  api: `${environmentPath}/api/v2.0`,
  /** Pages that an administrator published as web services, below `Company('{name}')`. */
  odata: `${environmentPath}/ODataV4`,
} as const;

export type ErpOptions = {
  /** How long one operation keeps its slot; all zero in tests that do not need it. */
  readonly serviceTimeMs: ServiceTime;
  readonly tokenLifetimeSeconds: number;
  readonly limits: ErpLimits;
  /** Above this many changes in a window, one `collection` notification stands for all. */
  readonly collectionThreshold: number;
};

/** A batch costs one operation, and `perPart` for each of its parts. */
export type ServiceTime = {
  readonly least: number;
  readonly most: number;
  readonly perPart: number;
};
export const NO_SERVICE_TIME: ServiceTime = { least: 0, most: 0, perPart: 0 };

/** Per principal, as the vendor publishes them for its online service. */
export type ErpLimits = {
  readonly requestsPerWindow: number;
  readonly windowMs: number;
  readonly concurrent: number;
  readonly queued: number;
};

export const DEFAULT_ERP_OPTIONS: ErpOptions = {
  serviceTimeMs: { least: 15, most: 40, perPart: 4 },
  tokenLifetimeSeconds: 3_600,
  limits: { requestsPerWindow: 6_000, windowMs: 300_000, concurrent: 5, queued: 95 },
  collectionThreshold: 1_000,
};
