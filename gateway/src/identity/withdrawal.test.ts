import { UnauthenticatedError, type Instant, type Viewer } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import { IdentityUnavailableError } from "../errors/gateway-errors.ts";
import { openPolicyOf } from "../policy/client-policies.ts";
import type { ClientPolicies } from "../policy/client-policies.ts";
import type { Lender } from "../subscriptions/authority.ts";
import { refuseSuspended, withdrawOnChange } from "./withdrawal.ts";

const logger = createLogger({ name: "test", level: "silent" });
const ACME: Viewer = {
  id: "acme",
  name: null,
  clientId: "acme",
  role: "partner",
  scopes: ["orders:read", "orders:write"],
  customers: [],
  expiresAt: "2099-01-01T00:00:00.000Z" as Instant,
};
const lenderOf = (token: string, viewer = ACME): Lender => ({
  viewer,
  authorization: `Bearer ${token}`,
});

/** Two holders in which all of these is open, and what was withdrawn from each when a client changes. */
async function changed(
  open: readonly Lender[],
  now: { readonly proves: Readonly<Record<string, Viewer | Error>>; readonly suspended?: boolean },
): Promise<readonly (readonly Lender[])[]> {
  let tell: (clientId: string) => void = () => undefined;
  const policies: ClientPolicies = {
    policyOf: (viewer) => ({
      ...openPolicyOf(viewer),
      isSuspended: now.suspended === true && viewer?.clientId === "acme",
    }),
    onChange: (listener) => {
      tell = listener;
      return () => undefined;
    },
  };
  const verifyToken = refuseSuspended((bearer) => {
    const proven = now.proves[bearer] ?? new UnauthenticatedError();
    return proven instanceof Error ? Promise.reject(proven) : Promise.resolve(proven);
  }, policies);
  const withdrawn: Lender[][] = [[], []];
  const holders = withdrawn.map((gone) => ({
    lendersOf: (clientId: string) => open.filter(({ viewer }) => viewer?.clientId === clientId),
    withdraw: (lender: Lender) => gone.push(lender),
  }));
  withdrawOnChange({ policies, verifyToken, holders, logger });
  tell("acme");
  await new Promise((resolve) => setTimeout(resolve, 10));
  return withdrawn;
}

test("what proves nothing any more, or something else, is withdrawn everywhere; the rest goes on", async () => {
  const [good, revoked, narrowed] = [lenderOf("good"), lenderOf("revoked"), lenderOf("narrowed")];
  const other = lenderOf("revoked", { ...ACME, clientId: "other" });
  const withdrawn = await changed([good, revoked, narrowed, other], {
    proves: {
      good: { ...ACME, scopes: [...ACME.scopes].reverse() },
      narrowed: { ...ACME, scopes: [] },
    },
  });
  expect(withdrawn).toEqual([
    [revoked, narrowed],
    [revoked, narrowed],
  ]);
});

test("while the issuer is away what is open stays, unless its client is suspended", async () => {
  const open = [lenderOf("away")];
  const proves = { away: new IdentityUnavailableError("away") };
  expect(await changed(open, { proves })).toEqual([[], []]);
  expect(await changed(open, { proves, suspended: true })).toEqual([open, open]);
});
