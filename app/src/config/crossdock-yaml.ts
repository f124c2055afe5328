import { readFile } from "node:fs/promises";
import { ROLES } from "@crossdock/domain";
import { ConfigError } from "@crossdock/runtime";
import { parseDocument } from "yaml";
import { z } from "zod";
import { acceptancePolicy } from "./acceptance-policy.ts";
import { billingPolicy } from "./billing-policy.ts";
import { fillIn, type Fillings } from "./fill-in.ts";
import { operationsSettings } from "./operations-settings.ts";
import { isPrivate } from "./private-url.ts";
import { sourcingPolicy } from "./sourcing-policy.ts";
import { returnPolicy } from "./return-policy.ts";
import { stockPolicy } from "./stock-policy.ts";
import { towerConfig } from "./tower-config.ts";

const seconds = z.number().positive().max(86_400);
const url = z.url({ protocol: /^https?$/ });
const text = z.string().min(1);
const share = z.number().min(0).max(1);
/** What a source may be asked; what is left out is as its vendor publishes for every account. */
const budget = z.strictObject({
  callsPerMinute: z.int().min(2).max(1_000_000).optional(),
  /** Calls under way at once. */
  concurrent: z.int().positive().max(1_000).optional(),
  /** Parts of it that are always there for a purpose; what one leaves unused is lent to the others. */
  shares: z
    .strictObject({
      posting: share,
      command: share,
      feed: share,
      inquiry: share,
      masterData: share,
    })
    .refine(
      (shares) => Object.values(shares).reduce((sum, each) => sum + each, 0) <= 1,
      "together they must be 1 or less",
    )
    .optional(),
});
const common = {
  sweepSeconds: seconds,
  /** The same while nothing happens anywhere: for a source that counts calls by the day. */
  restSweepSeconds: seconds.optional(),
  /** So long nothing may be heard of the source before an operator has to know; ten sweeps, but two minutes at least. */
  silentSeconds: seconds.optional(),
  budget: budget.optional(),
};

const businessCentral = z.strictObject({
  adapter: z.literal("business-central"),
  ...common,
  tokenUrl: url,
  apiUrl: url,
  odataUrl: url,
  company: text,
  clientId: text,
  clientSecret: text,
  webhookSecret: text,
});
const shipbob = z.strictObject({
  adapter: z.literal("shipbob"),
  ...common,
  url,
  token: text,
  webhookSecret: text,
});
const xero = z.strictObject({
  adapter: z.literal("xero"),
  ...common,
  /** This vendor counts calls by the UTC day as well. */
  budget: budget.extend({ callsPerDay: z.int().positive().max(1_000_000).optional() }).optional(),
  tokenUrl: url,
  apiUrl: url,
  tenantId: text,
  clientId: text,
  clientSecret: text,
  webhookKey: text,
  /** The account that sales are booked on. */
  salesAccount: text,
  /** The bank account that customers' payments are booked to; without it every payment is refused. */
  paymentAccount: text.optional(),
  /** Of every line; `NONE` books without sales tax. */
  taxType: text,
  /** Of a line of which a tax source says that tax is due; as every line when left out. */
  taxedType: text.optional(),
  /** The account that charged freight is booked on; the sales account when left out. */
  freightAccount: text.optional(),
});

const avatax = z.strictObject({
  adapter: z.literal("avatax"),
  apiUrl: url,
  accountId: text,
  licenseKey: text,
  /** As the vendor's portal names the company that sells. */
  companyCode: text,
  budget: budget.optional(),
});
const easypost = z.strictObject({
  adapter: z.literal("easypost"),
  apiUrl: url,
  apiKey: text,
  /** Signs the vendor's notifications of parcels; without it parcels are only asked for in turn. */
  webhookSecret: text.optional(),
  /** How often parcels that are under way are asked for: a call for 100 of them. */
  sweepSeconds: seconds.optional(),
  budget: budget.optional(),
});

const claim = z.union([text, z.array(text).min(1)]);
const issuer = z
  .strictObject({
    /** As its tokens name it. */
    issuer: text,
    /** What its tokens must be made for. */
    audience: text,
    /** Where it publishes its keys. */
    jwksUrl: url.refine(isPrivate, "it must begin with https://, or be on this machine"),
    /** The names of its claims, where they are not ours; a list is the way to a claim within others. */
    claims: z
      .strictObject({
        name: claim.optional(),
        clientId: claim.optional(),
        role: claim.optional(),
        scope: claim.optional(),
        customers: claim.optional(),
      })
      .optional(),
    /** Our role for a word of its role claim; other words give none. */
    roles: z.record(text, z.enum(ROLES)).optional(),
    /** The role of all its tokens, whatever they say. */
    role: z.enum(ROLES).optional(),
  })
  .refine(({ role, roles }) => role === undefined || roles === undefined, {
    path: ["role"],
    message: "it goes without `roles`",
  });
const DEFAULT_CLOCK_SKEW_SECONDS = 5;
const MAX_CLOCK_SKEW_SECONDS = 300;
const MAX_ISSUERS = 50;
const identity = z.strictObject({
  /** Whether tokens of this program's own issuer are believed: those of `ctl token`, the start page and /oauth/token. */
  local: z.boolean().default(true),
  /** How far the clocks of issuers may be from ours. */
  clockSkewSeconds: z
    .number()
    .min(0)
    .max(MAX_CLOCK_SKEW_SECONDS)
    .default(DEFAULT_CLOCK_SKEW_SECONDS),
  issuers: z
    .array(issuer)
    .max(MAX_ISSUERS)
    .refine(
      (issuers) => new Set(issuers.map((each) => each.issuer)).size === issuers.length,
      "each issuer may be named once",
    )
    .default([]),
});

const DEFAULT_MASTER_DATA = { deltaSeconds: 60, priceSeconds: 240, fullHours: 24 } as const;
const MAX_FULL_HOURS = 168;
const DEFAULT_KEEP_DAYS = 30;
const DEFAULT_KEEP_AT_LEAST = 10_000;
const DEFAULT_ACCESS_DAYS = 365;
const DEFAULT_ACCESSES_WAITING = 50_000;
const MAX_ACCESSES_WAITING = 1_000_000;

const crossdock = z.strictObject({
  /** Starts the sandbox beside us; leave it out to talk to your own systems only. */
  sandbox: z
    .strictObject({
      speed: z.number().positive().max(100_000),
      /** That each of its vendors but the ERP takes; see also their budgets below `sources`. */
      callsPerMinute: z.int().positive().max(1_000_000).optional(),
      /** Orders of the last year that its vendors know of when they start anew, the newest 60 of them open; 5,000 when left out. */
      pastOrders: z.int().min(100).max(5_000).optional(),
      /** How badly its vendors behave, one name or several (docs/operators.md); as they publish when left out. */
      profile: z.union([text, z.array(text)]).optional(),
    })
    .optional(),
  /** Whose tokens are believed. */
  identity: identity.prefault({}),
  sources: z.strictObject({
    erp: businessCentral,
    wms: shipbob,
    finance: xero,
    /** Without it tax is what finance computes. */
    tax: avatax.optional(),
    /** Without it freight is part of the prices. */
    carrier: easypost.optional(),
  }),
  /** How often the copies of the ERP's items, customers and prices are brought up to date. */
  masterData: z
    .strictObject({
      /** Items and customers that changed: a call for each of the two. */
      deltaSeconds: seconds.default(DEFAULT_MASTER_DATA.deltaSeconds),
      /** All price lines, a call for 2,500: the ERP does not tell which of them changed. */
      priceSeconds: seconds.default(DEFAULT_MASTER_DATA.priceSeconds),
      /** All items and customers: what is gone is in no list of changes. */
      fullHours: z.number().positive().max(MAX_FULL_HOURS).default(DEFAULT_MASTER_DATA.fullHours),
    })
    .default(DEFAULT_MASTER_DATA),
  events: z
    .strictObject({
      /** So long subscribers may stay away and still miss nothing. */
      keepDays: z.number().positive().max(3_650).default(DEFAULT_KEEP_DAYS),
      /** Events that are kept whatever their age. */
      keepAtLeast: z.int().nonnegative().default(DEFAULT_KEEP_AT_LEAST),
    })
    .default({ keepDays: DEFAULT_KEEP_DAYS, keepAtLeast: DEFAULT_KEEP_AT_LEAST }),
  /** The journal of who read or changed what. */
  accesses: z
    .strictObject({
      /** So long a row is kept. */
      keepDays: z.number().positive().max(3_650).default(DEFAULT_ACCESS_DAYS),
      /** Rows that may wait in memory to be written; more are dropped, and counted. */
      maxWaiting: z.int().positive().max(MAX_ACCESSES_WAITING).default(DEFAULT_ACCESSES_WAITING),
    })
    .prefault({}),
  gateway: z
    .strictObject({
      /**
       * A composed supergraph that is served instead of the one that came with this program, and again
       * whenever it changes. Relative to where the program is started.
       */
      supergraphFile: text.optional(),
      /** Whether the same query that a caller sends several times at once runs once for all of them. */
      coalesce: z.boolean().default(true),
      /** What runs operations: functions that each is compiled to, or Apollo's executor. The answers are the same. */
      executor: z.enum(["compiled", "stock"]).default("compiled"),
      /** Whether operations whose document is known go around the general pipeline; the answers are the same. */
      directPath: z.boolean().default(true),
    })
    .prefault({}),
  /** What the distributor has decided; what is left out is as it was without. */
  policies: z
    .strictObject({
      sourcing: sourcingPolicy,
      acceptance: acceptancePolicy,
      billing: billingPolicy,
      stock: stockPolicy,
      returns: returnPolicy,
    })
    .prefault({}),
  /** What its own people agree among themselves. */
  operations: operationsSettings,
  limits: z
    .strictObject({
      /** Commands for one system that may wait; beyond it clients are asked to come later. */
      maxBacklogPerSystem: z.int().positive().optional(),
      /** What one operation may cost, in points; more is COST_LIMIT. */
      maxOperationPoints: z.int().positive().max(10_000_000).optional(),
      /** Points of a client with which nothing else is agreed. */
      pointsPerMinute: z.int().positive().max(1_000_000_000).optional(),
      /** Its queries and mutations under way at once. */
      concurrentOperations: z.int().positive().max(10_000).optional(),
    })
    .default({}),
  /** The operator's page. */
  tower: towerConfig,
  /** Who stands between us and our clients. */
  http: z
    .strictObject({
      /** Whose pages may use the API in a browser, as in https://shop.example.com; "*": anybody's. */
      allowedOrigins: z
        .union([z.literal("*"), z.array(z.string().refine(isOrigin, "it must be an origin"))])
        .default([]),
      /** Addresses, or networks as in 10.0.0.0/8, that are believed when they say for whom they ask (X-Forwarded-For). */
      trustedProxies: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).default([]),
    })
    .default({ allowedOrigins: [], trustedProxies: [] }),
});

/** Scheme, host and port, and nothing after them. */
function isOrigin(raw: string): boolean {
  return URL.canParse(raw) && new URL(raw).origin === raw;
}

export type CrossdockConfig = z.output<typeof crossdock>;
export type IdentityConfig = CrossdockConfig["identity"];
export type SourcesConfig = CrossdockConfig["sources"];

/**
 * Reads the file that says which systems stand behind us. `${NAME}` in it is replaced by a variable
 * of the environment and `${file:/path}` by what a file holds, so that secrets stay out of it.
 * @throws {ConfigError} naming every place that is wrong, never a value
 */
export async function readCrossdockYaml(
  file: string,
  fillings: Fillings,
): Promise<CrossdockConfig> {
  const raw = await readFile(file, "utf8").catch(() => {
    throw new ConfigError([`There is no file ${file}; CROSSDOCK_CONFIG names another one.`]);
  });
  const document = await fillIn(parseYaml(file, raw), fillings, file);
  const result = crossdock.safeParse(document);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => `${file}: ${issue.path.join(".")}: ${issue.message}.`),
  );
}

function parseYaml(file: string, raw: string): unknown {
  // Its messages would show the line that is wrong, and a secret with it.
  const document = parseDocument(raw, { prettyErrors: true });
  const [error] = document.errors;
  if (error === undefined) return document.toJS() as unknown;
  const at = error.linePos?.[0];
  const where = at === undefined ? "" : ` (line ${String(at.line)}, column ${String(at.col)})`;
  throw new ConfigError([`${file} is not YAML: ${error.code}${where}.`]);
}
