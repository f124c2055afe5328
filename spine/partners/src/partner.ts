import {
  InvalidValueError,
  parseCustomerNumber,
  SCOPES_OF_ROLE,
  type CustomerNumber,
  type Instant,
} from "@crossdock/domain";

/** What a partner may send: anything; anything, noted; its manifests, by id or as text; its manifests, by id. */
export const OPERATION_MODES = ["open", "log", "safelist", "persistedOnly"] as const;
export type PartnerOperations = (typeof OPERATION_MODES)[number];

/** What is agreed with a partner. */
export type PartnerTerms = {
  readonly name: string;
  /** The accounts that it sees; at least one, and never simply all. */
  readonly customers: readonly CustomerNumber[];
  readonly scopes: readonly string[];
  readonly operations: PartnerOperations;
  /** What its operations may cost in any minute. */
  readonly pointsPerMinute: number;
  /** Operations under way at once. */
  readonly concurrentOperations: number;
  /** What its operations may take from the sources in any minute; `null`: as much as there is. */
  readonly sourceCallsPerMinute: number | null;
};

/** A company that works with the distributor by program. */
export type Partner = PartnerTerms & {
  /** As in its tokens. */
  readonly clientId: string;
  readonly suspendedAt: Instant | null;
  readonly createdAt: Instant;
};

/** All of a key but its secret. */
export type ApiKey = {
  readonly id: string;
  readonly createdAt: Instant;
  /** Worth nothing from then on; `null`: until it is revoked. */
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** To the minute; `null`: never. */
  readonly lastUsedAt: Instant | null;
};

/** What is agreed when nothing is said. */
export const DEFAULT_TERMS = {
  scopes: SCOPES_OF_ROLE.partner,
  operations: "log",
  pointsPerMinute: 20_000,
  concurrentOperations: 20,
  sourceCallsPerMinute: null,
} as const satisfies Partial<PartnerTerms>;

const CLIENT_ID = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** The applications of the local issuer's own tokens. */
const RESERVED = /^local-/;
const MAX_NAME_CHARACTERS = 200;
const MAX_CUSTOMERS = 1_000;
const MAX_PER_MINUTE = 100_000_000;

/** @throws {InvalidValueError} */
export function parseClientId(raw: string): string {
  if (CLIENT_ID.test(raw) && !RESERVED.test(raw)) return raw;
  throw new InvalidValueError(
    "clientId",
    raw,
    "2 to 63 small letters, digits and dashes, not beginning with local-",
  );
}

/** What came from outside, as terms. @throws {InvalidValueError} naming the first that is wrong */
export function parseTerms(raw: {
  readonly name: string;
  readonly customers: readonly string[];
  readonly scopes: readonly string[];
  readonly operations: string;
  readonly pointsPerMinute: number;
  readonly concurrentOperations: number;
  readonly sourceCallsPerMinute: number | null;
}): PartnerTerms {
  const name = raw.name.trim();
  if (name === "" || name.length > MAX_NAME_CHARACTERS) {
    throw new InvalidValueError("name", raw.name, `1 to ${String(MAX_NAME_CHARACTERS)} characters`);
  }
  const customers = [...new Set(raw.customers.map((number) => parseCustomerNumber(number)))];
  if (customers.length === 0 || customers.length > MAX_CUSTOMERS) {
    throw new InvalidValueError("customers", customers, `1 to ${String(MAX_CUSTOMERS)} accounts`);
  }
  const known: readonly string[] = SCOPES_OF_ROLE.partner;
  const scopes = [...new Set(raw.scopes)];
  const unknown = scopes.find((scope) => !known.includes(scope));
  if (unknown !== undefined) throw new InvalidValueError("scopes", unknown, known.join(", "));
  const operations = OPERATION_MODES.find((mode) => mode === raw.operations);
  if (operations === undefined) {
    throw new InvalidValueError("operations", raw.operations, OPERATION_MODES.join(", "));
  }
  const { sourceCallsPerMinute } = raw;
  return {
    name,
    customers,
    scopes,
    operations,
    pointsPerMinute: parseCount("pointsPerMinute", raw.pointsPerMinute),
    concurrentOperations: parseCount("concurrentOperations", raw.concurrentOperations),
    sourceCallsPerMinute:
      sourceCallsPerMinute === null
        ? null
        : parseCount("sourceCallsPerMinute", sourceCallsPerMinute),
  };
}

function parseCount(field: string, raw: number): number {
  if (Number.isInteger(raw) && raw >= 1 && raw <= MAX_PER_MINUTE) return raw;
  throw new InvalidValueError(field, raw, `a whole number from 1 to ${String(MAX_PER_MINUTE)}`);
}
