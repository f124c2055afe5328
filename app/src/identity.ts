import {
  createTokenVerifier,
  renderStartPage,
  type DemoData,
  type VerifyToken,
} from "@crossdock/gateway";
import { parseCustomerNumber } from "@crossdock/domain";
import { openLocalIssuer } from "./local-issuer.ts";

export type Identity = {
  readonly verifyToken: VerifyToken;
  /** The page at `/`, with tokens that work when the stack plays the demo. */
  readonly startPage: () => Promise<string>;
};

const CLOCK_TOLERANCE_SECONDS = 5;
const PAGE_TOKEN_SECONDS = 3_600;

/** An account of the sandbox, with contract prices, and things that it may order. */
const DEMO_CUSTOMER = parseCustomerNumber("C10010");
const DEMO_SKUS = ["NG-10001", "NG-10002", "NG-10003"] as const;

/** Who is believed: the issuer of this data directory. */
export async function createIdentity(options: {
  readonly dataDir: string;
  readonly publicUrl: string;
  /** `null` when the page must not hand out tokens: without the sandbox, or open to other machines. */
  readonly sandboxUrl: string | null;
}): Promise<Identity> {
  const { dataDir, publicUrl, sandboxUrl } = options;
  const local = await openLocalIssuer(dataDir);
  const { issuer, audience, jwks } = local;
  const verifyToken = createTokenVerifier({
    issuers: [{ issuer, audience, keys: { jwks } }],
    clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
  });
  if (sandboxUrl === null) return { verifyToken, startPage: () => renderStartPage({ publicUrl }) };
  const demo: DemoData = { customer: DEMO_CUSTOMER, skus: DEMO_SKUS, sandboxUrl };
  const mintToken = (role: "portal" | "operator") =>
    local.mintToken({
      role,
      customers: role === "operator" ? "all" : [DEMO_CUSTOMER],
      ttlSeconds: PAGE_TOKEN_SECONDS,
    });
  return {
    verifyToken,
    startPage: () => renderStartPage({ publicUrl, demo: { ...demo, mintToken } }),
  };
}
