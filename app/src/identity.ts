import {
  parseCustomerNumber,
  placesSyntheticOrders,
  UnauthenticatedError,
} from "@crossdock/domain";
import {
  createTokenVerifier,
  renderStartPage,
  type DemoData,
  type TokenIssuer,
  type VerifyToken,
} from "@crossdock/gateway";
import { API_KEY_PREFIX, type PartnerDirectory } from "@crossdock/partners";
import type { IdentityConfig } from "./config/crossdock-yaml.ts";
import { KEY_CLAIM, openLocalIssuer, type LocalIssuer } from "./local-issuer.ts";

export type Identity = {
  readonly verifyToken: VerifyToken;
  /** `null` when the configuration switched it off. */
  readonly localIssuer: LocalIssuer | null;
  /** The page at `/`, with tokens that work when the stack plays the demo. */
  readonly startPage: () => Promise<string>;
};

const PAGE_TOKEN_SECONDS = 3_600;

/** An account of the sandbox, with contract prices, and things that it may order. */
const DEMO_CUSTOMER = parseCustomerNumber("C10010");
const DEMO_SKUS = ["NG-10001", "NG-10002", "NG-10003"] as const;

/** Who is believed: partners by their keys, the issuers of the configuration, and the one of this data directory. */
export async function createIdentity(options: {
  readonly config: IdentityConfig;
  readonly partners: PartnerDirectory;
  readonly dataDir: string;
  readonly publicUrl: string;
  /** `null` when the page must not hand out tokens: without the sandbox, or open to other machines. */
  readonly sandboxUrl: string | null;
}): Promise<Identity> {
  const { config, partners, dataDir, publicUrl, sandboxUrl } = options;
  const localIssuer = config.local ? await openLocalIssuer(dataDir) : null;
  const verifyJwt = createTokenVerifier({
    issuers: [
      ...(localIssuer === null ? [] : localIssuers(localIssuer, publicUrl, partners)),
      ...config.issuers.map(({ jwksUrl, ...issuer }) => ({
        ...issuer,
        keys: { jwksUrl: new URL(jwksUrl) },
      })),
    ],
    clockToleranceSeconds: config.clockSkewSeconds,
  });
  const verifyToken: VerifyToken = async (bearer) => {
    const viewer = await (bearer.startsWith(API_KEY_PREFIX)
      ? partners.viewerOfKey(bearer)
      : verifyJwt(bearer));
    // What it orders is in no list: that is for this program alone.
    if (placesSyntheticOrders(viewer)) throw new UnauthenticatedError("That client is our own.");
    return viewer;
  };
  if (sandboxUrl === null || localIssuer === null) {
    return { verifyToken, localIssuer, startPage: () => renderStartPage({ publicUrl }) };
  }
  const demo: DemoData = { customer: DEMO_CUSTOMER, skus: DEMO_SKUS, sandboxUrl };
  const mintToken = (role: "portal" | "operator") =>
    localIssuer.mintToken({
      role,
      customers: role === "operator" ? "all" : [DEMO_CUSTOMER],
      ttlSeconds: PAGE_TOKEN_SECONDS,
    });
  return {
    verifyToken,
    localIssuer,
    startPage: () => renderStartPage({ publicUrl, demo: { ...demo, mintToken } }),
  };
}

/** One key under two names: that of `ctl token`, which knows no address, and that of the token endpoint. */
function localIssuers(
  { issuer, audience, jwks }: LocalIssuer,
  publicUrl: string,
  partners: PartnerDirectory,
): readonly TokenIssuer[] {
  const keys = { jwks };
  return [
    { issuer, audience, keys },
    {
      issuer: publicUrl,
      audience,
      keys,
      // What was got for a key is worth what the key is worth now, and no more.
      admit: (viewer, claims) => {
        const now = partners.viewerOfKeyId(String(claims[KEY_CLAIM]));
        const isLess =
          now.clientId === viewer.clientId &&
          viewer.scopes.every((scope) => now.scopes.includes(scope)) &&
          viewer.customers !== "all" &&
          viewer.customers.every((customer) => now.customers.includes(customer));
        if (!isLess) throw new UnauthenticatedError("The token gives more than its key.");
      },
    },
  ];
}
